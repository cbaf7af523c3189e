import { expect, it } from 'vitest'

import type { Schemas } from '@/api/http'

import { experimentsOf } from './usage'

it('finds the experiments that ask for a segment anywhere in their targeting', () => {
  const experiment = (experiment_id: string, targeting: unknown) => ({ experiment_id, targeting }) as Schemas['Experiment']
  const found = experimentsOf(
    [
      experiment('deep', { all: [{ not: { in_segment: ['vip'] } }, { eq: ['user.tier', 'VIP'] }] }),
      experiment('other', { in_segment: ['new'] }),
      experiment('value', { eq: ['user.tier', 'vip'] }),
      experiment('everybody', null),
    ],
    'vip',
  )
  expect(found.map((each) => each.experiment_id)).toEqual(['deep'])
})
