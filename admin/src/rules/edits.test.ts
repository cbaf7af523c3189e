import { expect, it } from 'vitest'

import type { Json } from '@/shared/json/json'

import { toDsl, toTree } from './dsl'
import { after, copied, find, moved, stepFrom, type Direction } from './edits'
import { nodes } from './tree'

const [A, B, C, D] = ['a', 'b', 'c', 'd'].map((name) => ({ exists: [name] })) as unknown as [Json, Json, Json, Json]
const RULE: Json = { all: [A, { any: [B, C] }, { not: { any: [D] } }] }

function stepped(at: string, direction: Direction) {
  const tree = toTree(RULE)
  const place = stepFrom(tree, at, direction)
  return place && toDsl(moved(tree, at, place)!)
}

it('moves a node past its neighbour', () => {
  expect(stepped('/all/0', 'down')).toEqual({ all: [{ any: [B, C] }, A, { not: { any: [D] } }] })
  expect(stepped('/all/1/any/1', 'up')).toEqual({ all: [A, { any: [C, B] }, { not: { any: [D] } }] })
})

it('moves a node out of its group at the ends, and at once when asked', () => {
  expect(stepped('/all/1/any/0', 'up')).toEqual({ all: [A, B, { any: [C] }, { not: { any: [D] } }] })
  expect(stepped('/all/1/any/1', 'down')).toEqual({ all: [A, { any: [B] }, C, { not: { any: [D] } }] })
  expect(stepped('/all/2/not/any/0', 'out')).toEqual({ all: [A, { any: [B, C] }, { not: { any: [] } }, D] })
})

it('moves a node into the group before it, negated or not', () => {
  expect(stepped('/all/2', 'in')).toEqual({ all: [A, { any: [B, C, { not: { any: [D] } }] }] })
  expect(stepped('/all/1', 'in')).toBeNull()
})

it('leaves the root and the ends of the rule where they are', () => {
  expect(stepped('', 'up')).toBeNull()
  expect(stepped('/all/0', 'up')).toBeNull()
  expect(stepped('/all/2', 'down')).toBeNull()
})

it('never moves a group into itself', () => {
  expect(moved(toTree(RULE), '/all/1', { group: '/all/1', index: 0 })).toBeNull()
})

it('puts a copy behind a node, and both into a group where it was alone', () => {
  const tree = toTree(RULE)
  expect(toDsl(after(tree, '/all/0', copied(find(tree, '/all/0')!)))).toEqual({ all: [A, A, { any: [B, C] }, { not: { any: [D] } }] })
  const alone = toTree(A)
  expect(toDsl(after(alone, '', copied(alone)))).toEqual({ all: [A, A] })
})

it('keeps every part that a change does not touch the same object', () => {
  const tree = toTree(structuredClone(RULE))
  const next = toTree(toDsl(moved(tree, '/all/1/any/1', { group: '/all/1', index: 0 })!))
  const kept = [...nodes(next)].filter((each) => [...nodes(tree)].includes(each)).map((each) => each.at)
  expect(kept).toEqual(['/all/0', '/all/2', '/all/2/not', '/all/2/not/any/0'])
})
