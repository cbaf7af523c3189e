import { describe, expect, it } from 'vitest'

import type { JobRun } from '@/api/jobs'

import { fieldsOf, inputsOf, isDeep, secondsOf, subjectOf } from './runs'

const run = (fields: Partial<JobRun>): JobRun => ({
  run_id: 'r', job: 'export_members', state: 'succeeded', progress: 1, inputs: {}, result: null, error: null, attempts: 1,
  asked_at: '2026-01-01T00:00:00Z', started_at: '2026-01-01T00:00:10Z', heartbeat_at: null, finished_at: '2026-01-01T00:01:00Z', ...fields,
})

describe('a run of a job', () => {
  it('names what it works on where a page shows that', () => {
    expect(subjectOf(run({ inputs: { segment_id: 'a/b' } }))).toEqual({ id: 'a/b', address: '/segments/of/a%2Fb' })
    expect(subjectOf(run({}))).toBeUndefined()
  })
  it('never shows whom an erasure is about', () => {
    expect(inputsOf(run({ job: 'erase_subject', inputs: { subject_id: 'ann' } }))).toEqual([])
  })
  it('tells what is plain as fields, and the rest as JSON', () => {
    const result = { rows: 3, features: ['a', 'b'], stats: { low: 1 } }
    expect(fieldsOf(result)).toEqual([['rows', '3'], ['features', 'a, b']])
    expect([isDeep(result), isDeep({ rows: 3 }), isDeep(null)]).toEqual([true, false, false])
  })
  it('ran from its start to its end, and not while it waited', () => {
    expect(secondsOf(run({}))).toBe(50)
    expect(secondsOf(run({ started_at: null }))).toBeUndefined()
  })
})
