import { expect, it } from 'vitest'

import { ellipse } from './ellipse'

it('reaches one standard deviation along each metric', () => {
  const points = ellipse([1, -1], [4, 1, 9])
  expect(Math.max(...points.map(([x]) => x))).toBeCloseTo(3)
  expect(Math.max(...points.map(([, y]) => y))).toBeCloseTo(2, 1)
})

it('has all points at the same Mahalanobis distance', () => {
  const [xx, xy, yy] = [0.5, 0.2, 0.3]
  const inverse = 1 / (xx * yy - xy * xy)
  for (const [x, y] of ellipse([0, 0], [xx, xy, yy])) expect((yy * x * x - 2 * xy * x * y + xx * y * y) * inverse).toBeCloseTo(1)
})
