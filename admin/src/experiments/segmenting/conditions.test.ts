import { expect, it } from 'vitest'

import type { Finding } from '@/api/experiments'

import { conditionsOf } from './conditions'

const FINDING: Finding = {
  segment_by: ['source'], state: 'collecting', units: 1559, segments: 3, thick_segments: 2, thin_share: 0.003, planned_units: 50_000,
  least_rewards: 30, bayes_factor: 3.4, chance_of_lift: 0.0015, lift: null, as_it_ran: null, explanation: {},
}

it('tells which conditions of a dimension are met, are not, and cannot be told yet', () => {
  expect(conditionsOf(FINDING).map((each) => each.met)).toEqual(['yes', 'yes', 'no', 'no', 'open'])
})

it('tells a lift as a share of what one variant for all brings, with its interval', () => {
  const lift = { value: 0.03, low: 0.01, high: 0.05, standard_error: 0.01, baseline: 0.2 }
  const told = conditionsOf({ ...FINDING, lift }).at(-1)!
  expect([told.value, told.met]).toEqual(['+15 % (+5 % to +25 %)', 'yes'])
})
