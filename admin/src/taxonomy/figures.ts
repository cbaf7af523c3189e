/** What is watched of a taxonomy, beside what is hoped for. */

import type { DriftLevel } from '@/api/models'
import type { Drift, Figure } from '@/api/taxonomy'
import { TONES, worst } from '@/models/drift'

export type FigureState = 'met' | 'below' | 'alert' | 'unknown'
export type ChipKind = 'good' | 'warn' | 'bad' | ''

const KINDS: Record<FigureState | DriftLevel, ChipKind> = {
  met: 'good', below: 'warn', alert: 'bad', unknown: '', ...TONES,
}

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
  worst(drift?.axes.map((axis) => axis.level) ?? [])
