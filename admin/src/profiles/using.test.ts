import { expect, it } from 'vitest'

import { stateOf, usersOf } from './using'

it('a campaign holds from its start until before its end', () => {
  const campaign = { campaign_id: 'c', starts_at: '2026-01-01T00:00:00Z', ends_at: '2026-02-01T00:00:00Z' }
  const at = (moment: string) => stateOf(campaign, new Date(moment))
  expect([at('2025-12-31T23:59:59Z'), at('2026-01-01T00:00:00Z'), at('2026-02-01T00:00:00Z')]).toEqual(['planned', 'running', 'over'])
  expect(stateOf({ campaign_id: 'c' })).toBe('running')
})

it('segments use the profile that they name', () => {
  const segments = [{ segment_id: 'a', profile_id: 'p' }, { segment_id: 'b', profile_id: null }] as Parameters<typeof usersOf>[1]
  expect(usersOf('p', segments).map((each) => each.segment_id)).toEqual(['a'])
})
