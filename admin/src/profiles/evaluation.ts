/** Evaluations and tunings, as their reports have them: the API leaves their inside open. */

import type { Evaluation } from '@/api/profiles'

import type { KnobValue } from './knobs'

export interface Estimate {
  value: number
  low: number
  high: number
}

/** One metric; `against` is how much greater it is than that of each baseline. */
export type Measured = Estimate & { against: Record<string, Estimate> }

interface Group {
  segment_id: string | null
  subjects: number
  metrics: Record<string, Measured>
}

export interface Contender {
  name: string
  views: { view: string; groups: Group[] }[]
}

export interface Report {
  length: number
  items: number
  events: number
  subjects: number
  cold_subjects: number
  contenders: Contender[]
}

export interface Tuned {
  searched: { cut: string; until: string; began_at: number; reached: number; trials: number }
  changed: Record<string, KnobValue>
  current: Record<string, KnobValue>
  proposal: { profile_id: string }
  outer: Report
}

export const tunedOf = ({ kind, report }: Evaluation): Tuned | undefined => (kind === 'tuning' ? (report as Tuned) : undefined)

export const reportOf = (evaluation: Evaluation): Report => tunedOf(evaluation)?.outer ?? (evaluation.report as Report)

/** What a tuning proposes for its profile; undefined for an evaluation, which proposes nothing. */
export const proposalOf = (evaluation: Evaluation): Pick<Tuned, 'changed'> | undefined => tunedOf(evaluation)

export const viewsOf = (report: Report): string[] => [...new Set(report.contenders.flatMap((each) => each.views.map(({ view }) => view)))]

export const segmentsOf = (report: Report, view: string): (string | null)[] => [
  ...new Set(report.contenders.flatMap((each) => groupsOf(each, view).map(({ segment_id }) => segment_id))),
]

const groupsOf = (contender: Contender, view: string): Group[] => contender.views.find((each) => each.view === view)?.groups ?? []

export interface Ranked {
  name: string
  subjects: number
  metrics: Record<string, Measured>
}

/** Each ranking over one group of subjects, the best first. */
export const rankedBy = (report: Report, view: string, segment: string | null, metric: string): Ranked[] =>
  report.contenders
    .flatMap((each) => groupsOf(each, view).filter(({ segment_id }) => segment_id === segment).map((group) => ({ name: each.name, ...group })))
    .sort((one, other) => (other.metrics[metric]?.value ?? 0) - (one.metrics[metric]?.value ?? 0))

/** What is read first. */
const ORDER = ['ndcg', 'recall', 'precision', 'map', 'mrr', 'coverage', 'intra_list_diversity', 'novelty', 'popularity_bias', 'served']

export const metricsOf = (ranked: Ranked[]): string[] =>
  [...new Set(ranked.flatMap((each) => Object.keys(each.metrics)))].sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other))

export const baselinesOf = (ranked: Ranked[]): string[] => [...new Set(ranked.flatMap((each) => Object.values(each.metrics).flatMap(({ against }) => Object.keys(against))))]

export type Verdict = 'better' | 'worse' | 'more' | 'less' | 'open'

/** Of these more is not better by itself. */
const NEUTRAL = new Set(['popularity_bias', 'novelty', 'intra_list_diversity'])

/** What a difference says; nothing while its interval holds 0. */
export function verdictOf({ low, high }: Estimate, metric: string): Verdict {
  if (low <= 0 && high >= 0) return 'open'
  if (NEUTRAL.has(metric)) return low > 0 ? 'more' : 'less'
  return low > 0 ? 'better' : 'worse'
}

const OF_PROFILE = 'profile:'

/** The profile that a ranking is of; undefined for a baseline, and for what is decided. */
export const profileOf = (contender: string): string | undefined => (contender.startsWith(OF_PROFILE) ? contender.slice(OF_PROFILE.length) : undefined)
