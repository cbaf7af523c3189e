/** Figures of models in words. */

import type { Interval } from '@/api/models'
import { numberText } from '@/shared/numbers'

const DIGITS = 3

/** A figure with the bounds of its interval. */
export const intervalText = ({ value, low, high }: Interval, digits = DIGITS): string => `${numberText(value, digits)} (${numberText(low, digits)} – ${numberText(high, digits)})`

export const figure = (value: number | null | undefined, digits = DIGITS): string => (value === null || value === undefined ? '–' : numberText(value, digits))
