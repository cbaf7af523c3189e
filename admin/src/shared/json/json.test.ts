import { expect, it } from 'vitest'

import { difference, isSame, parsed, written, type Json } from './json'

const RULE: Json = { all: [{ eq: ['user.tier', 'VIP'] }, { in: ['ctx.surface', ['home', 'lobby']] }] }

it('writes a short rule on one line and a long one on several', () => {
  expect(written({ eq: ['user.tier', 'VIP'] })).toBe('{"eq": ["user.tier", "VIP"]}')
  expect(written(RULE).split('\n')).toHaveLength(6)
})

it('reads what it wrote', () => {
  expect(parsed(written(RULE))).toEqual(RULE)
})

it('says of half a text that it is no JSON', () => {
  expect(parsed('{"eq": [')).toBeUndefined()
})

it('knows two spellings of one rule', () => {
  expect(isSame({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true)
  expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false)
})

it('knows what makes one text of another', () => {
  expect(difference('[1, 22, 3]', '[1, 232, 3]')).toEqual({ from: 5, to: 5, insert: '3' })
  expect(difference('aaa', 'aaaa')).toEqual({ from: 3, to: 3, insert: 'a' })
  expect(difference('abc', '')).toEqual({ from: 0, to: 3, insert: '' })
  expect(difference('abc', 'abc')).toBeNull()
})
