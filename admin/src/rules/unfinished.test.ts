import { expect, test } from 'vitest'

import { toTree } from './dsl'
import { isUnfinished, saidOf } from './unfinished'

const RULE = toTree({ all: [{ eq: ['', null] }, { gte: ['spend', 10] }, { in_segment: [''] }] })

test('a part of which nothing was chosen is unfinished, and so is one without a value', () => {
  expect(isUnfinished(RULE)).toBe(true)
  expect(isUnfinished(toTree({ all: [{ gte: ['spend', null] }] }))).toBe(true)
  expect(isUnfinished(toTree({ all: [{ gte: ['spend', 0] }, { exists: ['spend'] }] }))).toBe(false)
})

test('of such a part it is said what to choose; other faults stay as they are', () => {
  const faults = ['/expr/all/0/eq/0', '/expr/all/1/gte/1', '/expr/all/2/in_segment/0'].map((pointer) => ({ pointer, message: 'Wrong.', hint: 'Mend it.' }))
  const [first, second, third] = saidOf(RULE, faults, '/expr')
  expect(first).toEqual({ pointer: '/expr/all/0/eq/0', message: 'Choose a feature.', hint: '', isOpen: true })
  expect(second).toEqual(faults[1])
  expect(third).toMatchObject({ message: 'Choose a segment.', isOpen: true })
})
