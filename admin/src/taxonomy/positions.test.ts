import { expect, it } from 'vitest'

import type { Axis, Membership } from '@/api/taxonomy'

import { bestOn, placesOn } from './positions'

const segment = (segment_id: number, spend: number) => ({ segment_id, center_position: { spend, visits: 0 } })
const axis = { axis_name: 'money', defining_metrics: ['spend', 'visits'], segments: [segment(1, -1), segment(2, 0.5)] } as unknown as Axis
const membership = (segment_id: number, share: number, position_offset: Record<string, number>) =>
  ({ axis_name: 'money', segment_id, share, position_offset }) as unknown as Membership

it('adds the own offset to the center of the likeliest segment', () => {
  const memberships = [membership(1, 0.2, { spend: 2 }), membership(2, 0.8, { spend: 0.25, visits: -1 })]
  expect(bestOn(axis, { memberships })?.segment_id).toBe(2)
  expect(placesOn(axis, { memberships })).toEqual([
    { metric: 'spend', center: 0.5, offset: 0.25, place: 0.75 },
    { metric: 'visits', center: 0, offset: -1, place: -1 },
  ])
})

it('leaves out what is not known of a player', () => {
  expect(placesOn(axis, { memberships: [membership(1, 1, { visits: 1 })] }).map((each) => each.metric)).toEqual(['visits'])
  expect(placesOn(axis, { memberships: [] })).toEqual([])
})
