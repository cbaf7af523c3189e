import { describe, expect, it } from 'vitest'

import type { Json } from '@/shared/json/json'

import { toDsl, toTree } from './dsl'
import { fromJsonLogic, looksLikeJsonLogic, toJsonLogic } from './jsonlogic'
import { nodes } from './tree'

/** A rule in the native form, and the JSONLogic that means it. */
const BOTH: [Json, Json][] = [
  [{ all: [] }, {}],
  [{ eq: ['user.tier', 'VIP'] }, { '==': [{ var: 'user.tier' }, 'VIP'] }],
  [{ all: [{ gt: ['a', 2] }, { any: [{ lte: ['b', 3] }, { exists: ['c'] }] }] },
    { and: [{ '>': [{ var: 'a' }, 2] }, { or: [{ '<=': [{ var: 'b' }, 3] }, { '!=': [{ var: 'c' }, null] }] }] }],
  [{ not: { eq: ['a', 'x'] } }, { '!=': [{ var: 'a' }, 'x'] }],
  [{ not: { exists: ['a'] } }, { '!': { '!=': [{ var: 'a' }, null] } }],
  [{ in: ['a', ['x', 'y']] }, { in: [{ var: 'a' }, ['x', 'y']] }],
  [{ contains: ['a', 'x'] }, { in: ['x', { var: 'a' }] }],
  [{ truthy: ['a'] }, { '!!': [{ var: 'a' }] }],
  [{ not: { any: [{ gte: ['a', 1] }, { lt: ['a', 0] }] } }, { '!': { or: [{ '>=': [{ var: 'a' }, 1] }, { '<': [{ var: 'a' }, 0] }] } }],
]

describe('JSONLogic and the native form', () => {
  it.each(BOTH)('%j is %j, and comes back', (dsl, logic) => {
    expect(toJsonLogic(toTree(structuredClone(dsl)))).toEqual(logic)
    expect(toDsl(fromJsonLogic(structuredClone(logic))!)).toEqual(dsl)
  })

  it.each<[Json, Json]>([
    [{ ne: ['a', 'x'] }, { and: [{ '!=': [{ var: 'a' }, null] }, { '!=': [{ var: 'a' }, 'x'] }] }],
    [{ nin: ['a', ['x']] }, { and: [{ '!=': [{ var: 'a' }, null] }, { '!': { in: [{ var: 'a' }, ['x']] } }] }],
    [{ between: ['a', [1, 5]] }, { and: [{ '>=': [{ var: 'a' }, 1] }, { '<=': [{ var: 'a' }, 5] }] }],
    [{ compare: ['>', { '+': [{ var: 'a' }, 1] }, 5] }, { '>': [{ '+': [{ var: 'a' }, 1] }, 5] }],
  ])('%j is written as %j, in which an absent value stays outside', (dsl, logic) => {
    expect(toJsonLogic(toTree(dsl))).toEqual(logic)
  })

  it.each<Json>([
    { starts_with: ['a', 'x'] }, { in_segment: ['3'] }, { percent: [10, 'x'] }, { all: [{ gte_days_since: ['a', 3] }] }, { any: [] },
    { eq: ['a', null] },
  ])('%j has no JSONLogic', (dsl) => {
    expect(toJsonLogic(toTree(dsl))).toBeUndefined()
  })

  it.each<Json>([
    { if: [{ var: 'a' }, true, false] }, { '>': [{ '+': [{ var: 'a' }, 1] }, 5] }, { missing: ['a'] }, { '<': [1, { var: 'a' }, 5] }, { and: [] }, 5,
  ])('the form leaves %j to the server', (logic) => {
    expect(fromJsonLogic(logic)).toBeUndefined()
  })

  it('keeps the spelling of every part that nobody changes', () => {
    const logic: Json = { and: [{ '!': [{ '==': [{ var: ['a'] }, 1] }] }, { '>': [{ var: 'b' }, 2] }] }
    const tree = fromJsonLogic(logic)!
    const changed = tree.kind === 'group' ? { ...tree, children: tree.children.with(1, toTree({ gt: ['b', 3] })) } : tree
    expect(toJsonLogic(changed)).toEqual({ and: [{ '!': [{ '==': [{ var: ['a'] }, 1] }] }, { '>': [{ var: 'b' }, 3] }] })
  })

  it('says of each node where it stands as it is written', () => {
    const tree = fromJsonLogic({ and: [{ '!=': [{ var: 'a' }, 1] }, { '!': { '>': [{ var: 'b' }, 2] } }] })!
    expect([...nodes(tree)].map((each) => each.at)).toEqual(['', '/and/0', '/and/0/!=', '/and/1', '/and/1/!'])
  })

  it('is known by its looks', () => {
    expect(looksLikeJsonLogic({ and: [{ '>': [{ var: 'a' }, 2] }] })).toBe(true)
    expect(looksLikeJsonLogic({ in: [{ var: 'a' }, ['x']] })).toBe(true)
    expect(looksLikeJsonLogic({ all: [{ eq: ['a', 2] }] })).toBe(false)
    expect(looksLikeJsonLogic({ in: ['a', ['x']] })).toBe(false)
  })
})
