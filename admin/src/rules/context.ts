/** What every node of a rule in the form needs, handed down once by the editor. */

import { inject, provide, type InjectionKey, type Ref } from 'vue'

import type { Fault } from '@/api/client'

export interface RuleContext {
  /** By the pointer of their node. */
  faults: Ref<Map<string, Fault[]>>
  hints: Ref<Map<string, { text: string }[]>>
  /** How many subjects a node holds; null where that is not known. */
  countAt: (pointer: string) => string | null
  total: Ref<string | null>
}

const KEY: InjectionKey<RuleContext> = Symbol('rule')

export const provideRuleContext = (context: RuleContext): void => provide(KEY, context)

export function useRuleContext(): RuleContext {
  const context = inject(KEY)
  if (!context) throw new Error('A node of a rule stands outside of an editor.')
  return context
}
