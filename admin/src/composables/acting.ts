/** Something that the reader does: whether it is on its way, and why it failed. */

import { ref, type Ref } from 'vue'

import { inWords } from '@/words'

export interface Acting {
  isBusy: Ref<boolean>
  error: Ref<string>
  /** Whether it was done. A failure is told by `error`. */
  act: (what: () => Promise<void>) => Promise<boolean>
}

export function useActing(): Acting {
  const isBusy = ref(false)
  const error = ref('')

  async function act(what: () => Promise<void>): Promise<boolean> {
    if (isBusy.value) return false // Enter twice in a form
    isBusy.value = true
    error.value = ''
    try {
      await what()
      return true
    } catch (problem) {
      error.value = inWords(problem)
      return false
    } finally {
      isBusy.value = false
    }
  }

  return { isBusy, error, act }
}
