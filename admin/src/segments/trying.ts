/** Trying a rule on somebody: what is asked, and what the server says to it. */

import { ref, shallowRef } from 'vue'

import { dryRun, simulate, type DryRun, type Simulated } from '@/api/rules'
import type { Rule } from '@/api/segments'
import { parsed } from '@/shared/json/json'
import type { Stated } from '@/rules/request'
import { inWords, words } from '@/words'

export function useTrying() {
  const subject = ref('')
  const context = ref('{}')
  const at = ref('')
  const tried = shallowRef<DryRun>()
  const simulated = shallowRef<Simulated>()
  const error = ref('')
  const isAsking = ref(false)

  /** `stated` is beside the JSON, and comes before what that says. */
  async function run(rule: Rule, stated: Stated): Promise<void> {
    const read = parsed(context.value || '{}')
    if (typeof read !== 'object' || read === null || Array.isArray(read)) {
      error.value = words.tryIt.brokenContext
      return
    }
    isAsking.value = true
    try {
      await ask(rule, { ...read, ...stated })
      error.value = ''
    } catch (problem) {
      error.value = inWords(problem)
    } finally {
      isAsking.value = false
    }
  }

  async function ask(rule: Rule, given: Stated): Promise<void> {
    const request = { context: given, subject_id: subject.value.trim() || null, at: at.value.trim() || null }
    const { expr, form } = rule
    ;[tried.value, simulated.value] = await Promise.all([dryRun({ expr, form, ...request }), simulate(request)])
  }

  return { subject, context, at, tried, simulated, error, isAsking, run }
}
