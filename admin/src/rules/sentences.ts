/** Rules in plain English, asked for once each. */

import { reactive, watch, type Ref } from 'vue'

import { ifGiven } from '@/api/error'
import { checkRule } from '@/api/rules'
import type { Rule } from '@/api/segments'
import type { Json } from '@/shared/json/json'

const AT_ONCE = 4

export function useSentences() {
  const known = reactive(new Map<string, string>())
  const waiting: Rule[] = []
  let running = 0

  const nameOf = (rule: Rule) => JSON.stringify([rule.form ?? 'dsl', rule.expr])

  /** Empty while it is not known, and for a rule that has none. */
  const sentenceOf = (rule: Rule) => known.get(nameOf(rule)) ?? ''

  async function ask(): Promise<void> {
    running++
    for (let rule = waiting.shift(); rule; rule = waiting.shift()) {
      const checked = await ifGiven(checkRule(rule.expr as Json, rule.form ?? 'dsl'))
      known.set(nameOf(rule), checked?.sentence ?? '')
    }
    running--
  }

  /** Keeps the sentences of these rules coming. */
  function wanted(rules: Ref<Rule[]>): void {
    watch(rules, (now) => {
      for (const each of now.filter((rule) => !known.has(nameOf(rule)))) {
        known.set(nameOf(each), '')
        waiting.push(each)
      }
      while (running < Math.min(AT_ONCE, waiting.length)) void ask()
    }, { immediate: true })
  }

  return { sentenceOf, wanted }
}
