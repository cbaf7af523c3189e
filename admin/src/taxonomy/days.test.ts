import { expect, it } from 'vitest'

import { dayText } from './days'

it('is the same day in every zone', () => {
  expect(dayText('2017-12-31')).toBe('Dec 31, 2017')
  expect(dayText(undefined)).toBe('–')
})
