import { expect, it } from 'vitest'

import { isoOf, localOf } from './localMoments'
import { utcText } from './moments'

it('gives a moment of a rule to the field and takes the same one back', () => {
  expect(isoOf(localOf('2018-07-01T05:06:07Z'))).toBe('2018-07-01T05:06:07Z')
  expect(new Date(localOf('2018-07-01T05:00:00+02:00')).getTime()).toBe(Date.UTC(2018, 6, 1, 3))
})

it('tells UTC', () => {
  expect(utcText('2018-07-01T05:00:00+02:00')).toBe('2018-07-01 03:00:00 UTC')
})

it('has nothing for what is no moment', () => {
  expect(localOf('soon')).toBe('')
  expect(isoOf('')).toBeNull()
})
