import { describe, expect, it } from 'vitest'

import { guessed, misfit } from './columns'

describe('the type of a column', () => {
  it('is a number with a point or a comma, unless the comma may part thousands', () => {
    expect(guessed(['1.5', '12,75'])).toBe('number')
    expect(guessed(['1,234', '12.5'])).toBe('string')
    expect(misfit(['0,125', '1,234'], 'number')).toBe(1)
  })

  it('is a truth by what is written, not by what every object has', () => {
    expect(guessed(['constructor'])).toBe('string')
    expect(guessed(['sí', 'No'])).toBe('boolean')
  })
})
