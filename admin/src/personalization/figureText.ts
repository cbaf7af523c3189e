import type { Figure } from '@/api/personalization'
import { secondsText } from '@/shared/moments'
import { numberText, percent } from '@/shared/numbers'
import { words } from '@/words'

import { isSeconds } from './figures'

const SHARES = new Set(['precision', 'coverage', 'click_through_rate', 'completion_rate', 'return_rate'])

/** A figure with its unit; that there is none yet is said. */
export function figureText(figure: Figure | undefined): string {
  if (figure === undefined || figure.value === null) return words.personalization.health.noData
  return valueOf(figure.metric, figure.value)
}

export function valueOf(metric: string, value: number): string {
  if (isSeconds(metric)) return secondsText(value)
  return SHARES.has(metric) ? percent(value, 1) : numberText(value, 3)
}
