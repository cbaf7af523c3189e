import { expect, it } from 'vitest'

import type { Evaluation } from '@/api/profiles'

import { baselinesOf, metricsOf, profileOf, proposalOf, rankedBy, reportOf, segmentsOf, verdictOf, viewsOf } from './evaluation'

const measured = (value: number, against = {}) => ({ value, low: value - 0.1, high: value + 0.1, against })
const contender = (name: string, ndcg: number) => ({
  name,
  views: [{ view: 'new_items', groups: [null, 'vip'].map((segment_id) => ({ segment_id, subjects: 3, metrics: { ndcg: measured(ndcg, { popularity: measured(0.2) }) } })) }],
})
const REPORT = { length: 10, items: 2, events: 9, subjects: 3, cold_subjects: 0, contenders: [contender('popularity', 0.1), contender('vip-profile', 0.3)] }
const tuning = { kind: 'tuning', report: { changed: { alpha: 2 }, outer: REPORT } } as unknown as Evaluation

it('a report is read by view and group, the best ranking first', () => {
  expect([viewsOf(REPORT), segmentsOf(REPORT, 'new_items')]).toEqual([['new_items'], [null, 'vip']])
  const ranked = rankedBy(REPORT, 'new_items', null, 'ndcg')
  expect(ranked.map(({ name }) => name)).toEqual(['vip-profile', 'popularity'])
  expect([metricsOf(ranked), baselinesOf(ranked)]).toEqual([['ndcg'], ['popularity']])
})

it('a ranking of a profile is told from baselines', () => {
  expect([profileOf('profile:vip'), profileOf('popularity')]).toEqual(['vip', undefined])
})

it('a tuning has a report of its outer days and a proposal; an evaluation proposes nothing', () => {
  expect(reportOf(tuning)).toBe(REPORT)
  expect(proposalOf(tuning)?.changed).toEqual({ alpha: 2 })
  expect(proposalOf({ kind: 'evaluation', report: REPORT } as unknown as Evaluation)).toBeUndefined()
})

it('a difference says something only where its interval leaves out 0', () => {
  expect([{ value: 1, low: 0.5, high: 2 }, { value: -1, low: -2, high: -0.5 }, { value: 1, low: -0.5, high: 2 }].map((each) => verdictOf(each, 'ndcg'))).toEqual(['better', 'worse', 'open'])
  expect([{ value: 1, low: 0.5, high: 2 }, { value: -1, low: -2, high: -0.5 }].map((each) => verdictOf(each, 'novelty'))).toEqual(['more', 'less'])
})
