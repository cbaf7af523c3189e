import { expect, it } from 'vitest'

import type { TruthTree } from '@/api/rules'

import { deciding, leavesOf } from './deciding'

const leaf = (feature: string, truth: TruthTree['truth']) => ({ op: 'eq', feature, truth }) as TruthTree
const group = (op: string, truth: TruthTree['truth'], ...children: TruthTree[]) => ({ op, truth, children }) as TruthTree
const named = (tree: TruthTree) => leavesOf(deciding(tree)).map((each) => each.feature)

it('blames what failed or had no value for an "all of" that is false', () => {
  expect(named(group('all', 'false', leaf('a', 'true'), leaf('b', 'false'), leaf('c', 'absent')))).toEqual(['b', 'c'])
})

it('credits what held for an "any of" that is true', () => {
  expect(named(group('any', 'true', leaf('a', 'false'), leaf('b', 'true')))).toEqual(['b'])
})

it('takes all where all had to be as they are', () => {
  expect(named(group('all', 'true', leaf('a', 'true'), leaf('b', 'true')))).toEqual(['a', 'b'])
  expect(named(group('any', 'false', leaf('a', 'false'), leaf('b', 'absent')))).toEqual(['a', 'b'])
})

it('looks below a "not" and only into branches that decided', () => {
  const inner = group('not', 'false', group('any', 'true', leaf('a', 'true'), leaf('b', 'false')))
  expect(named(group('all', 'false', inner, group('any', 'true', leaf('c', 'true'))))).toEqual(['a'])
})

it('takes an empty group for itself', () => {
  expect(leavesOf(deciding(group('any', 'false')))).toHaveLength(1)
})
