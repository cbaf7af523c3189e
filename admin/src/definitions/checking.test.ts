import { expect, it } from 'vitest'

import { within } from './checking'

it('finds the place of a fault in its object', () => {
  expect(within('/offers/o1/value_usd')).toBe('/value_usd')
  expect(within('/scopes/s1/boosts/0/when/gte/0')).toBe('/boosts/0/when/gte/0')
  expect(within('/offers/o1')).toBe('')
})
