import { expect, it } from 'vitest'

import { howFar, inSentence, signed } from './axes'

it('says of a place how far from the average player it is, and which way', () => {
  expect([-2, -1, -0.5, -0.1, 0.1, 0.5, 1, 2].map(howFar)).toEqual([
    'farBelow', 'below', 'littleBelow', 'average', 'average', 'littleAbove', 'above', 'farAbove',
  ])
})

it('begins a sentence with what sets a segment apart most', () => {
  expect(inSentence({ spend: 0.45, fuel_share: 2.09 })).toBe(
    'Compared with all players: fuel_share far above average, spend a little above average.',
  )
})

it('gives a number its sign, and none to nothing', () => {
  expect([1.234, -0.5, -0.001].map((each) => signed(each))).toEqual(['+1.23', '−0.5', '0'])
})
