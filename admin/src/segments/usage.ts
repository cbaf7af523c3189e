/** Which experiments name a segment: they are for those who are in it, or who are not. */

import type { Schemas } from '@/api/http'

type Experiment = Schemas['Experiment']

export const experimentsOf = (experiments: Experiment[], id: string): Experiment[] => experiments.filter(({ targeting }) => names(targeting, id))

/** Whether a rule asks for the segment anywhere in it. */
function names(expr: unknown, id: string): boolean {
  if (typeof expr !== 'object' || expr === null) return false
  return Object.entries(expr).some(([operator, operands]) => (operator === 'in_segment' && [operands].flat().includes(id)) || names(operands, id))
}
