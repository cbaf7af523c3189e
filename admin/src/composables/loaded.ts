/** Something that is read from the server: what came, that it is on its way, or what went wrong. */

import { ref, shallowRef, type Ref } from 'vue'

import { inWords } from '@/words'

export interface Loaded<T> {
  value: Ref<T | undefined>
  error: Ref<string>
  isLoading: Ref<boolean>
  load: () => Promise<void>
}

/** Reads at once, and again on `load`. What was read before stays until the next answer. */
export function useLoaded<T>(read: () => Promise<T>): Loaded<T> {
  const value = shallowRef<T>()
  const error = ref('')
  const isLoading = ref(false)
  let last = 0

  async function load(): Promise<void> {
    const mine = ++last
    isLoading.value = true
    try {
      const found = await read()
      if (mine === last) [value.value, error.value] = [found, '']
    } catch (problem) {
      if (mine === last) error.value = inWords(problem)
    } finally {
      if (mine === last) isLoading.value = false
    }
  }

  void load()
  return { value, error, isLoading, load }
}
