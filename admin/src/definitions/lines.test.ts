import { expect, it } from 'vitest'

import { lineDifference } from './lines'

const told = (before: string, after: string) =>
  lineDifference(before, after).map(({ kind, text }) => ({ same: ' ', gone: '-', new: '+' })[kind] + text)

it('tells which lines went and came, and keeps the others', () => {
  expect(told('{\n"a": 1,\n"b": 2\n}', '{\n"a": 3,\n"b": 2\n}')).toEqual([' {', '-"a": 1,', '+"a": 3,', ' "b": 2', ' }'])
})

it('tells a line that was put in and one that was taken out', () => {
  expect(told('a\nb\nc', 'a\nx\nb')).toEqual([' a', '+x', ' b', '-c'])
})

it('has nothing but what is the same for equal texts', () => {
  expect(told('a\nb', 'a\nb')).toEqual([' a', ' b'])
})
