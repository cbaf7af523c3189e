/** What is watched of a taxonomy, beside what is hoped for. */

import type { Drift, Figure } from '@/api/taxonomy'

export type FigureState = 'met' | 'below' | 'alert' | 'unknown'
export type DriftLevel = 'stable' | 'moderate' | 'large'
export type ChipKind = 'good' | 'warn' | 'bad' | ''

const KINDS: Record<FigureState | DriftLevel, ChipKind> = {
  met: 'good', below: 'warn', alert: 'bad', unknown: '', stable: 'good', moderate: 'warn', large: 'bad',
}
const WORST_FIRST: DriftLevel[] = ['large', 'moderate', 'stable']

/** Where drift begins and where it is large, by the stability index. */
export const MODERATE_PSI = 0.1
export const LARGE_PSI = 0.25

export const kindOf = (state: FigureState | DriftLevel): ChipKind => KINDS[state]

/** A target is over its line; an alert is below its own. */
export function stateOf({ value, target, alert }: Figure): FigureState {
  if (value === null) return 'unknown'
  if (value > target) return 'met'
  return value < alert ? 'alert' : 'below'
}

/** Of the axis that has moved most; undefined where nothing could be told. */
export const levelOf = (drift: Drift | null): DriftLevel | undefined =>
  WORST_FIRST.find((level) => drift?.axes.some((axis) => axis.level === level))
