/** The rules of listed segments in plain English, asked for once each. */

import { reactive, watch, type Ref } from 'vue'

import { checkRule, type Rule, type Segment } from '@/api/client'
import type { Json } from '@/rules/tree'

const AT_ONCE = 4

export function useSentences() {
  const known = reactive(new Map<string, string>())
  const waiting: Rule[] = []
  let running = 0

  const nameOf = (rule: Rule) => JSON.stringify([rule.form, rule.expr])
  const rulesOf = (segment: Segment) => segment.rules?.filter((each) => each.enabled ?? true) ?? []

  /** All rules of a segment, joined by "or"; empty while they are not known. */
  function sentenceOf(segment: Segment): string {
    return rulesOf(segment).map((each) => known.get(nameOf(each)) ?? '').filter(Boolean).join(', or ')
  }

  async function ask(): Promise<void> {
    running++
    for (let rule = waiting.shift(); rule; rule = waiting.shift()) {
      const checked = await checkRule(rule.expr as Json, rule.form ?? 'dsl').catch(() => undefined)
      known.set(nameOf(rule), checked?.sentence ?? '')
    }
    running--
  }

  /** Keeps the sentences of these segments coming. */
  function wanted(segments: Ref<Segment[]>): void {
    watch(segments, (now) => {
      const unknown = now.flatMap(rulesOf).filter((each) => !known.has(nameOf(each)))
      for (const each of unknown) known.set(nameOf(each), '')
      waiting.push(...unknown)
      while (running < Math.min(AT_ONCE, waiting.length)) void ask()
    }, { immediate: true })
  }

  return { sentenceOf, wanted }
}
