/** The key that the reader signed in with. It lives as long as the browser's tab. */

import { computed, ref } from 'vue'

const STORED_AS = 'tessella.key'

const key = ref(sessionStorage.getItem(STORED_AS) ?? '')

function begin(given: string): void {
  key.value = given
  sessionStorage.setItem(STORED_AS, given)
}

function end(): void {
  key.value = ''
  sessionStorage.removeItem(STORED_AS)
}

export const session = { key, isOpen: computed(() => key.value !== ''), begin, end }
