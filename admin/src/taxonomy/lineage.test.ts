import { expect, it } from 'vitest'

import type { Lineage, Taxonomy } from '@/api/taxonomy'

import { originOf } from './lineage'

const taxonomy = { universal_axes: [{ segments: [{ segment_id: 1, segment_name: 'low' }] }], game_specific_axes: [] } as unknown as Taxonomy
const lineage = (version: number, steps: Lineage['steps']): Lineage => ({ game_id: 'g', version, last_calibrated: '', steps })

it('says where a segment comes from, by name where the segment is still there', () => {
  const kept = { axis_name: 'a', change: 'kept' as const, before: [1], after: [1], overlap: 0.9 }
  const split = { axis_name: 'a', change: 'split' as const, before: [7], after: [2, 3], overlap: null }
  expect(originOf(1, lineage(2, [kept]), taxonomy)).toBe('It is low of the version before.')
  expect(originOf(3, lineage(2, [kept, split]), taxonomy)).toBe('It was split off from segment 7.')
  expect(originOf(1, lineage(1, []), taxonomy)).toBe('It was found in the first calibration.')
})
