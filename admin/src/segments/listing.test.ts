import { expect, it } from 'vitest'

import type { Draft } from '@/api/definitions'
import type { Segment } from '@/api/segments'

import { finding, inOrderOfTrial, withNew } from './listing'

const segment = (segment_id: string, priority: number, active = true) => ({ segment_id, priority, active, name: '' }) as Segment

it('lists segments as they are tried; one that is off keeps its place', () => {
  const listed = inOrderOfTrial([segment('b', 1), segment('off', 9, false), segment('a', 1), segment('c', 5)])
  expect(listed.map((each) => each.segment_id)).toEqual(['off', 'c', 'a', 'b'])
})

it('finds a segment by words of its sentence, whatever their case, and by what its rule is written with', () => {
  const vip = { ...segment('vip', 1), rules: [{ rule_id: 'rule-1', expr: { eq: ['user.tier', 'VIP'] } }] } as Segment
  const found = finding([vip, segment('other', 2)])
  const sentenceOf = (each: Segment) => (each === vip ? 'user.tier is VIP' : '')
  const namesOf = (asked: string) => found(asked, sentenceOf).map((each) => each.segment_id)
  expect([namesOf(' TIER IS '), namesOf('"vip"'), namesOf('oth'), namesOf('lapsing'), namesOf(' ').length]).toEqual([['vip'], ['vip'], ['other'], [], 2])
})

it('lists a segment that there is only a draft of, as off', () => {
  const draft = (identifier: string) => ({ identifier, body: { segment_id: identifier } }) as unknown as Draft
  const listed = withNew([segment('a', 1)], [draft('a'), draft('b')])
  expect(listed.map((each) => [each.segment_id, each.active])).toEqual([['a', true], ['b', false]])
})
