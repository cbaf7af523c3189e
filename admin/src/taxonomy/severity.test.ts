import { expect, it } from 'vitest'

import type { AxisAnomaly } from '@/api/taxonomy'

import { severityOf } from './severity'

const axis = (is_critical: boolean, far: boolean, delta: boolean): AxisAnomaly => ({
  axis_name: 'a', segment_id: 1, segment_name: 's', current_distance: 1, typical_distance: 1, distance_delta: 0, threshold: 1, anomaly_score: 0,
  is_anomalous: delta, is_critical, displacement: { p_value: 0.5, score: 0.1, is_anomalous: far }, moved: [], reason: '',
})

it('is critical where the method that decides flags a critical axis', () => {
  expect(severityOf({ alerts: true, method: 'displacement', axes: [axis(true, true, false)] })).toBe('critical')
  expect(severityOf({ alerts: true, method: 'displacement', axes: [axis(true, false, true)] })).toBe('anomaly')
  expect(severityOf({ alerts: true, method: 'distance_delta', axes: [axis(true, false, true)] })).toBe('critical')
})

it('is ordinary where nothing alerts, whatever the other method says', () => {
  expect(severityOf({ alerts: false, method: 'displacement', axes: [axis(true, false, true)] })).toBe('ordinary')
})
