import { expect, it } from 'vitest'

import { spanOf, spans } from './positions'

const TEXT = '{"all": [{"eq": ["user.tire", "VIP"]}, {"gt": ["a/b", 5]}]}'

const textAt = (pointer: string) => {
  const span = spanOf(spans(TEXT), pointer)!
  return TEXT.slice(span.from, span.to)
}

it('finds the value that a pointer means', () => {
  expect(textAt('/all/0/eq/0')).toBe('"user.tire"')
  expect(textAt('/all/1/gt/1')).toBe('5')
  expect(textAt('')).toBe(TEXT)
})

it('takes the nearest value around one that is not there', () => {
  expect(textAt('/all/0/eq/7')).toBe('["user.tire", "VIP"]')
})
