/** What every node of a rule in the form is told, handed down once by the editor. Nodes are named by their pointers. */

import { inject, provide, type InjectionKey, type Ref } from 'vue'

import type { Fault } from '@/api/error'

export interface RuleContext {
  faultsAt: (pointer: string) => Fault[]
  hintsAt: (pointer: string) => { text: string }[]
  /** How many subjects a node holds; null where that is not known. */
  countAt: (pointer: string) => string | null
  /** How many subjects there are. */
  total: Ref<string | null>
}

const KEY: InjectionKey<RuleContext> = Symbol('rule')

export const provideRuleContext = (context: RuleContext): void => provide(KEY, context)

export function useRuleContext(): RuleContext {
  const context = inject(KEY)
  if (!context) throw new Error('A node of a rule stands outside of an editor.')
  return context
}
