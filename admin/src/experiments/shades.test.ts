import { expect, it } from 'vitest'

import { contrast, inkOn, shadeOf } from './shades'

it('writes in every cell of a heat map so that it can be read, in both themes', () => {
  for (const isDark of [true, false])
    for (let share = 0; share <= 1; share += 0.05) {
      const colour = shadeOf(share, isDark)
      expect(contrast(colour, inkOn(colour))).toBeGreaterThanOrEqual(4.5)
    }
})
