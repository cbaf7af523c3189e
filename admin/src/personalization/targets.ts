/** What is hoped for of personalization in operation. Source: requirement D, "Monitoring". */

import type { Metrics } from '@/api/personalization'
import { secondsText } from '@/shared/moments'
import { percent, sizeText } from '@/shared/numbers'
import { words } from '@/words'

const EXTRACTION = 0.95
const CACHE_HITS = 0.8
const JOB_SECONDS = 1800
const OPT_OUTS = 0.05

export interface Health {
  name: 'extraction' | 'cache' | 'job' | 'optOuts'
  /** Null: nothing was measured yet. */
  text: string | null
  isMet: boolean | null
  /** Of how many. */
  of: string
  at: string | null
}

const shareOf = (name: Health['name'], value: number | null, isMet: (value: number) => boolean, of: string, at: string | null = null): Health => ({
  name, text: value === null ? null : percent(value, 1), isMet: value === null ? null : isMet(value), of: value === null ? '' : of, at,
})

/** The slowest of the last run of each job. */
export function slowest({ jobs }: Pick<Metrics, 'jobs'>): [job: string, seconds: number] | null {
  const timed = Object.entries(jobs).flatMap(([job, { seconds }]): [string, number][] => (seconds === null ? [] : [[job, seconds]]))
  return timed.sort(([, one], [, other]) => other - one)[0] ?? null
}

export function healthOf(metrics: Metrics): Health[] {
  const { features, rankings, opt_outs: optOuts } = metrics
  const job = slowest(metrics)
  const texts = words.personalization.health
  return [
    shareOf('extraction', features.extraction_success, (value) => value > EXTRACTION, texts.ofSubjects(sizeText(features.active ?? 0)), features.refreshed_at),
    shareOf('cache', rankings.cache_hit_rate, (value) => value > CACHE_HITS, texts.ofRequests(sizeText(rankings.cache_hits + rankings.cache_misses))),
    { name: 'job', text: job && secondsText(job[1]), isMet: job && job[1] < JOB_SECONDS, of: job ? (texts.jobs[job[0]] ?? job[0]) : '', at: null },
    shareOf('optOuts', optOuts.rate, (value) => value < OPT_OUTS, texts.ofSettings(sizeText(optOuts.opted_out), sizeText(optOuts.subjects))),
  ]
}
