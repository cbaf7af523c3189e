import { expect, it } from 'vitest'

import { objectOf, pairsOf } from './pairs'

it('gives back every value as it was, also a text that looks like a number', () => {
  const content = { text: 'Sign up', size: 3, code: '007', year: '2024', deep: { list: [1, null] }, empty: '', off: false, nothing: null }
  expect(objectOf(pairsOf(content))).toEqual(content)
})
