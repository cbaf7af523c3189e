/** What the reasons of a decision say about it. */

import type { SimulatedItems } from '@/api/simulator'

import type { Simulation } from './asking'

/** Where values come from that nobody has stored. */
const UNSTORED = new Set(['request', 'clock'])

export const codesOf = ({ reasons }: SimulatedItems): Set<string> => new Set(reasons.map((each) => String(each.code)))

/** Whether a subject was named of whom nothing at all is stored. */
export function isUnknown({ asked, found }: Pick<Simulation, 'asked' | 'found'>): boolean {
  const isStored = found.facts_as_of !== null || Object.values(found.sources).some((each) => !UNSTORED.has(each))
  return Boolean(asked.subject_id) && !isStored && codesOf(found).has('cold_subject')
}
