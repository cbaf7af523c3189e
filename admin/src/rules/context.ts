/** What every node of a rule in the form is told, handed down once by the editor. Nodes are named by their pointers. */

import { inject, provide, type InjectionKey, type Ref } from 'vue'

import type { Direction, Place } from './edits'
import type { RuleNode } from './tree'
import type { Said } from './unfinished'

export interface RuleContext {
  faultsAt: (pointer: string) => Said[]
  hintsAt: (pointer: string) => { text: string }[]
  /** How many subjects a node holds; null where that is not known. */
  countOf: (node: RuleNode) => string | null
  /** How many subjects there are. */
  total: Ref<string | null>
  /** Moves a node one step. */
  step: (at: string, direction: Direction) => void
  /** Where a node is that the reader drags. */
  dragged: Ref<string | null>
  drop: (place: Place) => void
  duplicate: (at: string) => void
  /** A node as text, and a text as a node behind another one. Returns whether it was one. */
  textOf: (node: RuleNode) => string
  paste: (at: string, text: string) => boolean
}

const KEY: InjectionKey<RuleContext> = Symbol('rule')

export const provideRuleContext = (context: RuleContext): void => provide(KEY, context)

export function useRuleContext(): RuleContext {
  const context = inject(KEY)
  if (!context) throw new Error('A node of a rule stands outside of an editor.')
  return context
}
