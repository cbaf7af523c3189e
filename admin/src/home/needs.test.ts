import { describe, expect, it } from 'vitest'

import type { Need } from '@/api/overview'

import { placeOf } from './needs'

const need = (fields: Partial<Need>): Need => ({
  kind: 'job', code: 'job_failed', severity: 'warn', subject: '', count: 1, since: '', detail: '', alert_id: null, run_id: null, ...fields,
})

describe('where what needs a person is handled', () => {
  it('is the last run of a job that failed', () => {
    expect(placeOf(need({ subject: 'cleanup', run_id: 'r1' }))).toBe('/jobs/of/r1')
  })
  it('is the list of runs where no run is told', () => {
    expect(placeOf(need({ subject: 'cleanup' }))).toBe('/jobs?job=cleanup&state=failed')
  })
  it('is the experiment of a segment that is named with it', () => {
    expect(placeOf(need({ kind: 'experiment', code: 'experiment_segment_low', subject: 'banner: mobile' }))).toBe('/experiments/of/banner?tab=alerts')
  })
  it('is nowhere for what no page handles', () => {
    expect(placeOf(need({ kind: 'mail', code: 'mail_failing' }))).toBeUndefined()
  })
})
