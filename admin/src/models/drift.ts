/** What drift comes to. */

import type { DriftLevel, Monitoring, Shift } from '@/api/models'

const WORST_FIRST: DriftLevel[] = ['large', 'moderate', 'stable']

/** The colours of chips. */
export const TONES = { stable: 'good', moderate: 'warn', large: 'bad' } as const

/** Nothing where there is none. */
export const worst = (levels: DriftLevel[]): DriftLevel | undefined => WORST_FIRST.find((level) => levels.includes(level))

export const shiftsOf = (drift: Monitoring['drift']): Shift[] => [...(drift?.found.predicted ? [drift.found.predicted] : []), ...(drift?.found.inputs ?? [])]

/** The worst of the inputs and of what is predicted; nothing where nobody has looked. */
export const worstOf = (drift: Monitoring['drift']): DriftLevel | undefined => worst(shiftsOf(drift).map((each) => each.level))
