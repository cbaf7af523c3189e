/** How a score comes about, step by step: each signal adds to it, and diversity takes from it. */

import type { Schemas } from '@/api/http'

type ItemTrace = Schemas['ItemTrace']

export interface Step {
  /** The code of a signal, `boost` or `mmr_penalty`. */
  name: string
  /** Negative where it takes away. */
  by: number
  from: number
  to: number
}

/** The steps that do something, in their order; the last ends at the score. */
export function stepsOf(item: ItemTrace): Step[] {
  const changes: [string, number][] = [...item.terms.map((each) => [each.signal, each.contribution] as [string, number]), ['boost', item.boost], ['mmr_penalty', -item.mmr_penalty]]
  let sum = 0
  return changes.filter(([, by]) => by !== 0).map(([name, by]) => ({ name, by, from: sum, to: (sum += by) }))
}

/** Every step of any item, in order, for a legend. */
export const namesIn = (items: ItemTrace[]): string[] => [
  ...new Set([...(items[0]?.terms ?? []).map((each) => each.signal), 'boost', 'mmr_penalty']),
].filter((name) => items.some((each) => stepsOf(each).some((step) => step.name === name)))
