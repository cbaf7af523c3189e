/** Trying a rule on somebody: what is asked, and what the server says to it. */

import { ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'

import { dryRun, simulate, type DryRun, type Simulated } from '@/api/rules'
import type { Rule } from '@/api/segments'
import { useActing } from '@/composables/acting'
import { useQueryChange } from '@/composables/query'
import { isObject, parsed } from '@/shared/json/json'
import type { Stated } from '@/rules/request'
import { words } from '@/words'

/** Whom it is tried on stands in the address, so that it can be sent to somebody. */
export function useTrying() {
  const route = useRoute()
  const change = useQueryChange()
  const asked = (name: string) => String(route.query[name] ?? '')
  const subject = ref(asked('subject'))
  const context = ref(asked('context') || '{}')
  /** In UTC; null for now. */
  const at = shallowRef<string | null>(asked('at') || null)
  const tried = shallowRef<DryRun>()
  const simulated = shallowRef<Simulated>()
  const { isBusy: isAsking, error, act } = useActing()
  watch([subject, context, at], () => (isOld.value = tried.value !== undefined))
  /** Whether the answer is to another question than the fields ask. */
  const isOld = ref(false)

  /** `stated` is beside the JSON, and comes before what that says. */
  async function run(rule: Rule, stated: Stated): Promise<void> {
    const read = parsed(context.value || '{}')
    if (!isObject(read)) {
      error.value = words.tryIt.brokenContext
      return
    }
    await act(async () => {
      await ask(rule, { ...read, ...stated })
      isOld.value = false
      tell({ ...read, ...stated })
    })
  }

  async function ask(rule: Rule, given: Stated): Promise<void> {
    const request = { context: given, subject_id: subject.value.trim() || null, at: at.value }
    const { expr, form } = rule
    ;[tried.value, simulated.value] = await Promise.all([dryRun({ expr, form, ...request }), simulate(request)])
  }

  /** Says in the address what was asked. */
  function tell(given: Stated): void {
    const isEmpty = Object.keys(given).length === 0
    change({ tab: 'try', subject: subject.value.trim(), at: at.value ?? '', context: isEmpty ? '' : JSON.stringify(given) })
  }

  return { subject, context, at, tried, simulated, error, isAsking, isOld, run, isAsked: asked('subject') !== '' || asked('context') !== '' }
}
