/** Who is signed in, and what their role may do. The credential itself is in a cookie that no script can read. */

import { computed, shallowRef } from 'vue'

import type { Operation, SessionShown } from '@/api/session'

/** Who is signed in, or was until the session ended: what is on the pages stays as they may see it. */
const caller = shallowRef<SessionShown>()
const isOpen = shallowRef(false)
/** Whether the server refused a session that was good: what is on the pages waits for another one. */
const isExpired = shallowRef(false)
/** Who the browser is signed in as by now, where the pages are another's: somebody signed in anew in another tab. */
const other = shallowRef<SessionShown>()
/** Where the reader works. Pages of one namespace are never shown to who is signed in to another. */
const place = computed(() => placeOf(caller.value))
const placeOf = (shown?: SessionShown) => [shown?.namespace, shown?.role, shown?.subject_id].join(' ')

function begin(found: SessionShown): void {
  caller.value = found
  isOpen.value = true
  isExpired.value = false
  other.value = undefined
}

/** Takes up what the cookie stands for now. Pages are not handed over to another caller, nor sent on by them: they wait. */
function meet(found: SessionShown): void {
  if (!caller.value || placeOf(found) === place.value) return begin(found)
  expire()
  other.value = found
}

function end(): void {
  caller.value = undefined
  isOpen.value = false
  isExpired.value = false
  other.value = undefined
}

function expire(): void {
  if (!isOpen.value) return
  isOpen.value = false
  isExpired.value = true
}

/** Whether the role may do an operation of the access matrix, at least for its own subject. What it may not is left out. */
const may = (operation: Operation): boolean => operation in (caller.value?.operations ?? {})

export const session = {
  caller,
  csrfToken: computed(() => caller.value?.csrf_token ?? ''),
  isOpen,
  isExpired,
  other,
  place,
  begin,
  meet,
  end,
  expire,
  may,
}
