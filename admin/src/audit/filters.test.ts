import { expect, it } from 'vitest'

import { askedOf, filtersOf, shortOf } from './filters'

it('reads its filters from an address, and nothing else', () => {
  expect(filtersOf({ user_hash: 'ab', segment_id: '', since: ['a', 'b'], subject_id: '13', tab: 'x' })).toEqual({ user_hash: 'ab' })
})

it('asks by the id of who is known, beside the other filters', () => {
  expect(askedOf({ user_hash: 'ab', segment_id: '5' }, '13')).toEqual({ segment_id: '5', subject_id: '13' })
  expect(askedOf({ user_hash: 'ab' }, null)).toEqual({ user_hash: 'ab' })
})

it('shortens what is long', () => {
  expect([shortOf('927d8734d893e0d9ae385676bc36d98a'), shortOf('short')]).toEqual(['927d8734…', 'short'])
})
