/** The key that the reader signed in with. It lives as long as the browser's tab. */

import { computed, ref } from 'vue'

const STORED_AS = 'tessella.key'

const key = ref(sessionStorage.getItem(STORED_AS) ?? '')
/** Whether the server refused a key that was good: what is on the pages waits for another one. */
const isExpired = ref(false)
/** Where the reader works. Pages of one namespace are never shown with a key of another. */
const place = ref(placeOf(key.value))

function begin(given: string): void {
  key.value = given
  place.value = placeOf(given)
  isExpired.value = false
  sessionStorage.setItem(STORED_AS, given)
}

function end(): void {
  key.value = ''
  isExpired.value = false
  sessionStorage.removeItem(STORED_AS)
}

function expire(): void {
  if (key.value === '') return
  end()
  isExpired.value = true
}

/** A key of ours begins with its namespace; what another key is for, it does not say. */
function placeOf(given: string): string {
  return given.startsWith('tess_') ? given.slice(0, given.indexOf('.')) : given
}

export const session = { key, isOpen: computed(() => key.value !== ''), isExpired, place, begin, end, expire }
