import { expect, it } from 'vitest'

import { agreementOf, moveOf } from './moves'

it('an item moves up, down, in, out or not at all', () => {
  expect([moveOf(3, 1), moveOf(1, 3), moveOf(null, 2), moveOf(2, null), moveOf(2, 2)]).toEqual([
    { kind: 'up', by: 2 }, { kind: 'down', by: 2 }, { kind: 'new' }, { kind: 'out' }, { kind: 'same' },
  ])
})

it('lists agree by what is in both, and how far it moved', () => {
  const items = [[1, 1], [2, 4], [3, null], [null, 2], [4, 3]].map((ranks, index) => ({ item_id: `i${index}`, ranks }))
  expect(agreementOf(items)).toEqual({ length: 4, inBoth: 3, samePlace: 1, meanShift: 1 })
  expect(agreementOf([])).toEqual({ length: 0, inBoth: 0, samePlace: 0, meanShift: undefined })
})
