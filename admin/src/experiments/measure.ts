/** How what a unit brings is written: a rate, or an amount. More of a metric that is to shrink is worse, and written alike. */

import type { Bounds, Metric } from '@/api/experiments'
import { numberText, percent, rateText } from '@/shared/numbers'
import { words } from '@/words'

const DIGITS = 4

export interface Measure {
  isRate: boolean
  value: (value: number | null | undefined) => string
  range: (bounds: Bounds | null | undefined) => string
  /** How much more one brings than another. */
  gain: (value: number) => string
  /** In the same unit, which is not said again. */
  gainRange: (bounds: Bounds) => string
}

const NONE = '–'

export const signed = (value: number, text: (absolute: number) => string): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${text(Math.abs(value))}`

const between = (bounds: Bounds, text: (value: number) => string) => words.experiments.between(text(bounds.low), text(bounds.high))

/** A share that something is better by, with its sign. */
export const shareText = (share: number | null | undefined): string => (share === null || share === undefined ? NONE : signed(share, (each) => percent(each, 1)))
export const shareRange = (bounds: Bounds | null | undefined): string => (bounds ? between(bounds, shareText) : NONE)

const amount = (value: number) => numberText(value, DIGITS)
const bare = (value: number) => signed(value, (each) => numberText(each * 100, 2))

export function measureOf(metric: Pick<Metric, 'reward'> | undefined): Measure {
  const isRate = metric?.reward !== 'continuous'
  const plain = isRate ? rateText : amount
  const gain = (value: number) => (isRate ? bare(value) : signed(value, amount))
  return {
    isRate,
    value: (value) => (value === null || value === undefined ? NONE : plain(value)),
    range: (bounds) => (bounds ? between(bounds, plain) : NONE),
    gain: (value) => (isRate ? `${gain(value)} ${words.experiments.points}` : gain(value)),
    gainRange: (bounds) => between(bounds, gain),
  }
}
