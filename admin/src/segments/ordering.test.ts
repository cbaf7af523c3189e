import { expect, it } from 'vitest'

import type { Plan } from '@/api/definitions'
import type { Segment } from '@/api/segments'

import { changed, merged, movedTo, takesBack } from './ordering'

const segment = (segment_id: string, priority: number, active = true) => ({ segment_id, priority, active, name: '' }) as Segment
const none = new Map<string, boolean>()

it('moves one to another place, and not beyond the ends', () => {
  expect([movedTo(['a', 'b', 'c'], 2, 0), movedTo(['a', 'b', 'c'], 0, 1), movedTo(['a', 'b', 'c'], 1, 9)]).toEqual([
    ['c', 'a', 'b'], ['b', 'a', 'c'], ['a', 'c', 'b'],
  ])
})

it('gives priorities as the API does, the last 10, and writes only those that change', () => {
  const found = changed([segment('a', 30), segment('b', 20), segment('c', 10)], ['b', 'a', 'c'], none)
  expect(found.map((each) => [each.segment_id, each.priority])).toEqual([['a', 20], ['b', 30]])
})

it('leaves priorities alone where only a switch is flipped', () => {
  const found = changed([segment('a', 7), segment('b', 3, false)], undefined, new Map([['a', true], ['b', true]]))
  expect(found).toEqual([segment('b', 3, true)])
})

it('keeps an order while others publish: who is gone is left out, who is new keeps its neighbour', () => {
  expect(merged(['c', 'a', 'b'], ['a', 'new', 'c', 'last'])).toEqual(['new', 'c', 'a', 'last'])
})

it('sees that a plan would take back what somebody else changed', () => {
  const plan = (pointer: string) => ({ changes: [{ action: 'replace', fields: [{ pointer }] }] }) as unknown as Plan
  expect([takesBack(plan('/priority')), takesBack(plan('/name'))]).toEqual([false, true])
})
