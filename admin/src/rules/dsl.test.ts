import { describe, expect, it } from 'vitest'

import { toDsl, toTree } from './dsl'
import type { Json } from '@/shared/json/json'
import { negated, nodes } from './tree'

const RULES: Json[] = [
  { all: [] },
  { any: [] },
  { eq: ['user.tier', 'VIP'] },
  { exists: ['user.tier'] },
  { eq: ['user.tier', null] },
  { between: ['user.household_size', [2, 4]] },
  { in: ['ctx.surface', ['home', 'lobby']] },
  { not: { in_segment: ['3'] } },
  { percent: [10, 'novelty-pilot'] },
  { all: [{ any: [{ gte: ['user.ltv_eur', 500] }, { not: { all: [{ truthy: ['user.tier'] }] } }] }] },
  { compare: ['>', { '+': [{ feature: 'a' }, 1] }, 2] },
  { an_operator_of_tomorrow: ['user.tier', { any: 'thing' }] },
]

const READ_BUT_WRITTEN_ANOTHER_WAY: [Json, Json][] = [
  [{}, { all: [] }],
  [{ exists: 'user.tier' }, { exists: ['user.tier'] }],
  [{ not: [{ exists: ['a'] }] }, { not: { exists: ['a'] } }],
  [{ in_segment: '3' }, { in_segment: ['3'] }],
  [{ between: ['a', 1, 2] }, { between: ['a', [1, 2]] }],
  [{ percent: ['launch', 10] }, { percent: [10, 'launch'] }],
]

const NOT_A_RULE: Json[] = [null, 5, 'x', [], { all: 5 }, { eq: [5, 6] }, { a: [], b: [] }, { not: [{}, {}] }, { all: [7] }]

describe('a rule and its tree', () => {
  it.each(RULES)('%j is written as it was read', (rule) => {
    expect(toDsl(toTree(rule))).toEqual(rule)
  })

  it.each(READ_BUT_WRITTEN_ANOTHER_WAY)('%j is written as %j', (rule, written) => {
    expect(toDsl(toTree(rule))).toEqual(written)
  })

  it.each(NOT_A_RULE)('%j is kept though it is no rule', (rule) => {
    expect(toDsl(toTree(rule))).toEqual(rule)
  })

  it('says of each node where it stands in the expression', () => {
    const tree = toTree({ all: [{ not: { any: [{ exists: ['a'] }] } }, { not: [{ exists: ['b'] }] }] })
    expect([...nodes(tree)].map((each) => each.at)).toEqual([
      '', '/all/0', '/all/0/not', '/all/0/not/any/0', '/all/1', '/all/1/not/0',
    ])
  })

  it('comes back from two negations as it was', () => {
    const tree = toTree({ exists: ['a'] })
    expect(toDsl(negated(tree))).toEqual({ not: { exists: ['a'] } })
    expect(negated(negated(tree))).toEqual(tree)
  })
})
