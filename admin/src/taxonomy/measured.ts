/** Values of metrics with their units. */

import { numberText } from '@/shared/numbers'

const SMALL = 1
const LARGE = 100

/** As many digits as tell something: 7.88 USD, 1,234 USD, 0.142. */
export function measured(value: number, unit = ''): string {
  const size = Math.abs(value)
  const digits = size < SMALL ? 3 : size < LARGE ? 2 : 0
  return `${numberText(value, digits)}${unit ? ` ${unit}` : ''}`
}
