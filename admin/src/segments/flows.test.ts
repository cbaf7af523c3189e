import { expect, it } from 'vitest'

import type { MembershipChange } from '@/api/segments'

import { flowsOf } from './flows'

it('counts who came and who left by calculation', () => {
  const change = (as_of: string, event: string) => ({ as_of, event }) as MembershipChange
  expect(flowsOf([change('1', 'segment.entered'), change('1', 'segment.left'), change('1', 'segment.entered'), change('2', 'segment.left')])).toEqual([
    { asOf: '1', entered: 2, left: 1 },
    { asOf: '2', entered: 0, left: 1 },
  ])
})
