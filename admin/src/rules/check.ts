/** What the server says of a rule while it is written: its sentence, its faults, hints. */

import { ref, shallowRef, type Ref } from 'vue'

import { checkRule, type Form, type RuleChecked } from '@/api/rules'
import { ApiError } from '@/api/error'
import { useLatest } from '@/composables/latest'
import { inWords } from '@/words'

import type { Json } from '@/shared/json/json'

const PAUSE_MS = 200

export interface Check {
  checked: Ref<RuleChecked | undefined>
  error: Ref<string>
}

export function useCheck(rule: () => { expr: Json; form: Form }): Check {
  const checked = shallowRef<RuleChecked>()
  const error = ref('')

  async function ask({ expr, form }: { expr: Json; form: Form }, signal: AbortSignal): Promise<RuleChecked | string> {
    try {
      return await checkRule(expr, form, signal)
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
