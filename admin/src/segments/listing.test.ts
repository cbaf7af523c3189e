import { expect, it } from 'vitest'

import type { Draft } from '@/api/definitions'
import type { Segment } from '@/api/segments'

import { inOrderOfTrial, mentions, withNew } from './listing'

const segment = (segment_id: string, priority: number, active = true) => ({ segment_id, priority, active, name: '' }) as Segment

it('lists segments as they are tried, and those that are off last', () => {
  const listed = inOrderOfTrial([segment('b', 1), segment('off', 9, false), segment('a', 1), segment('c', 5)])
  expect(listed.map((each) => each.segment_id)).toEqual(['c', 'a', 'b', 'off'])
})

it('finds a segment by words of its rule, whatever their case', () => {
  expect(mentions(segment('vip', 1), ' TIER ', 'user.tier is VIP')).toBe(true)
  expect(mentions(segment('vip', 1), 'lapsing', 'user.tier is VIP')).toBe(false)
})

it('lists a segment that there is only a draft of, as off', () => {
  const draft = (identifier: string) => ({ identifier, body: { segment_id: identifier } }) as unknown as Draft
  const listed = withNew([segment('a', 1)], [draft('a'), draft('b')])
  expect(listed.map((each) => [each.segment_id, each.active])).toEqual([['a', true], ['b', false]])
})
