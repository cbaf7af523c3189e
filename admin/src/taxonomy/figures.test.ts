import { expect, it } from 'vitest'

import { levelOf, stateOf } from './figures'

const figure = (value: number | null) => ({ value, target: 0.94, alert: 0.92 })

it('meets a target only above it, and alerts only below the line', () => {
  expect([0.95, 0.94, 0.92, 0.91, null].map((value) => stateOf(figure(value)))).toEqual(['met', 'below', 'below', 'alert', 'unknown'])
})

it('drifts as far as the axis that has moved most', () => {
  const axis = (level: 'stable' | 'moderate') => ({ axis_name: level, psi: 0, by_chance: 0, level, segments: [], metrics: [] })
  expect(levelOf({ taxonomy_version: 1, players: 1, notes: [], axes: [axis('stable'), axis('moderate')] })).toBe('moderate')
  expect(levelOf({ taxonomy_version: 1, players: 1, notes: [], axes: [] })).toBeUndefined()
  expect(levelOf(null)).toBeUndefined()
})
