/** What drift comes to. */

import type { DriftLevel, Monitoring, Shift } from '@/api/models'

const ORDER: DriftLevel[] = ['large', 'moderate', 'stable']

export const shiftsOf = (drift: Monitoring['drift']): Shift[] => [...(drift?.found.predicted ? [drift.found.predicted] : []), ...(drift?.found.inputs ?? [])]

/** The worst of the inputs and of what is predicted; nothing where nobody has looked. */
export const worstOf = (drift: Monitoring['drift']): DriftLevel | undefined => ORDER.find((level) => shiftsOf(drift).some((each) => each.level === level))
