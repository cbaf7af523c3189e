import { expect, it } from 'vitest'

import { toTree } from './dsl'
import { canonicalPlaces, nodeAt, placed } from './placing'

const TREE = toTree({ all: [{ eq: ['user.tire', 'VIP'] }, { not: { any: [{ gt: ['user.ltv_eur', 'x'] }] } }] })

it('finds the condition whose feature a pointer means', () => {
  expect(nodeAt(TREE, '/all/0/eq/0')).toBe('/all/0')
  expect(nodeAt(TREE, '/all/1/not/any/0/gt/1')).toBe('/all/1/not/any/0')
})

it('does not take the second child for the twelfth', () => {
  const many = toTree({ any: Array.from({ length: 13 }, () => ({ exists: ['a'] })) })
  expect(nodeAt(many, '/any/12/exists')).toBe('/any/12')
})

it('gives what is nowhere in the rule to the whole of it', () => {
  expect(nodeAt(TREE, '/rules')).toBe('')
})

it('takes the prefix of the request off', () => {
  const fault = { pointer: '/expr/all/0/eq/0', message: 'No such feature.' }
  expect(placed(TREE, [fault], '/expr').get('/all/0')).toEqual([fault])
})

it('knows where a node stands in the rule as the API writes it', () => {
  const places = canonicalPlaces(toTree({ not: [{ any: [{ exists: 'a' }] }] }))
  expect([...places]).toEqual([['', ''], ['/not/0', '/not'], ['/not/0/any/0', '/not/any/0']])
})
