/** What the server says of a rule while it is written: its sentence, its faults, hints. */

import { ref, shallowRef, type Ref } from 'vue'

import { checkRule } from '@/api/rules'
import { ApiError } from '@/api/error'
import { useLatest } from '@/composables/latest'
import { inWords } from '@/words'

import type { Checked, Written } from './reading'

const PAUSE_MS = 200

export interface Check {
  checked: Ref<Checked | undefined>
  error: Ref<string>
}

export function useCheck(rule: () => Written): Check {
  const checked = shallowRef<Checked>()
  const error = ref('')

  async function ask({ expr, form }: Written, signal: AbortSignal): Promise<Checked | string> {
    try {
      return { ...(await checkRule(expr, form, signal)), of: expr }
    } catch (problem) {
      if (problem instanceof ApiError) return inWords(problem)
      throw problem
    }
  }

  useLatest(rule, PAUSE_MS, ask, (answer) => {
    error.value = typeof answer === 'string' ? answer : ''
    if (typeof answer !== 'string') checked.value = answer
  })
  return { checked, error }
}
