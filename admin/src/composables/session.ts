/** Who is signed in, and what their role may do. The credential itself is in a cookie that no script can read. */

import { computed, shallowRef } from 'vue'

import type { Operation, SessionShown } from '@/api/session'

/** Who is signed in, or was until the session ended: what is on the pages stays as they may see it. */
const caller = shallowRef<SessionShown>()
const isOpen = shallowRef(false)
/** Whether the server refused a session that was good: what is on the pages waits for another one. */
const isExpired = shallowRef(false)
/** Where the reader works. Pages of one namespace are never shown to who is signed in to another. */
const place = computed(() => [caller.value?.namespace, caller.value?.role, caller.value?.subject_id].join(' '))

function begin(found: SessionShown): void {
  caller.value = found
  isOpen.value = true
  isExpired.value = false
}

function end(): void {
  caller.value = undefined
  isOpen.value = false
  isExpired.value = false
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
  place,
  begin,
  end,
  expire,
  may,
}
