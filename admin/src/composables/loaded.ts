/** Something that is read from the server: what came, that it is on its way, or what went wrong. */

import { onScopeDispose, ref, shallowRef, type Ref } from 'vue'

import { inWords } from '@/words'

export interface Loaded<T> {
  value: Ref<T | undefined>
  /** Empty while all is well. With a value besides, that value is older. */
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

/** The same, and again every so often while somebody looks and `goesOn` says so. */
export function usePolled<T>(read: () => Promise<T>, milliseconds: number, goesOn: (value: T | undefined) => boolean = () => true): Loaded<T> {
  const loaded = useLoaded(read)
  const timer = setInterval(() => {
    if (!document.hidden && !loaded.isLoading.value && goesOn(loaded.value.value)) void loaded.load()
  }, milliseconds)
  onScopeDispose(() => clearInterval(timer))
  return loaded
}
