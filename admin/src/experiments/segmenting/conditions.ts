/** What a dimension has to have for segments to be worth it: each condition with what there is, and what to do. */

import type { Finding } from '@/api/experiments'
import { numberText, percent } from '@/shared/numbers'
import { words } from '@/words'

import { shareRange, shareText } from '../measure'

/** As `domain/experiments/eligibility` has them. */
const FEWEST_SEGMENTS = 2
const MOST_THIN = 0.3
const ENOUGH_EVIDENCE = 20
const UNLIKELY = 0.05

export type Met = 'yes' | 'no' | 'open'

export interface Condition {
  about: string
  value: string
  needed: string
  met: Met
  /** What to do where it is not met. */
  todo: string
}

const MOST_ODDS = 1_000_000
/** More of them say nothing more. */
const oddsText = (odds: number) => (odds > MOST_ODDS ? `${numberText(MOST_ODDS, 0)}+` : numberText(odds, 1))

const met = (is: boolean): Met => (is ? 'yes' : 'no')

/** In the order in which they are asked: the first two are about traffic, the others about what segments bring. */
export function conditionsOf(finding: Finding): Condition[] {
  const said = words.experiments.conditions
  const { thick_segments, thin_share, bayes_factor, chance_of_lift, least_rewards, planned_units } = finding
  return [
    { about: said.segments(numberText(least_rewards, 0), numberText(planned_units, 0)), value: said.ofSegments(thick_segments, finding.segments), needed: said.atLeast(String(FEWEST_SEGMENTS)), met: met(thick_segments >= FEWEST_SEGMENTS), todo: said.segmentsTodo },
    { about: said.thin, value: percent(thin_share, 1), needed: said.atMost(percent(MOST_THIN)), met: met(thin_share <= MOST_THIN), todo: said.thinTodo },
    { about: said.evidence, value: bayes_factor === null ? said.nothingYet : said.toOne(oddsText(bayes_factor)), needed: said.above(said.toOne(String(ENOUGH_EVIDENCE))), met: bayes_factor === null ? 'open' : met(bayes_factor > ENOUGH_EVIDENCE), todo: said.evidenceTodo },
    { about: said.chance, value: chance_of_lift === null ? said.nothingYet : percent(chance_of_lift, 1), needed: said.atLeast(percent(UNLIKELY)), met: chance_of_lift === null ? 'open' : met(chance_of_lift >= UNLIKELY), todo: said.chanceTodo },
    ...liftOf(finding),
  ]
}

/** The last one is for being sure of it: segments are recommended before. */
function liftOf({ lift }: Finding): Condition[] {
  const said = words.experiments.conditions
  const about = said.lift
  if (!lift) return [{ about, value: said.nothingYet, needed: said.aboveZero, met: 'open', todo: said.liftTodo }]
  const over = (value: number) => (lift.baseline ? value / Math.abs(lift.baseline) : value)
  const value = `${shareText(over(lift.value))} (${shareRange({ low: over(lift.low), high: over(lift.high) })})`
  return [{ about, value, needed: said.aboveZero, met: met(lift.low > 0), todo: lift.high < 0 ? said.liftWorse : said.liftTodo }]
}
