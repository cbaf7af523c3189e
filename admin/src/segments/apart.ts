/** What sets a segment apart from everybody else, a line for each feature. */

import type { Difference } from '@/api/segments'
import { numberText, percent } from '@/shared/numbers'
import { words } from '@/words'

const MOST = 12

export interface Apart {
  label: string
  effect: number
  inside: string
  outside: string
}

/** The largest first. What the segment's own rule reads says little, and is left out unless `withOwn`. */
export const apartOf = (differences: Difference[], withOwn: boolean): Apart[] =>
  differences.filter((each) => each.sure && (withOwn || !each.own)).slice(0, MOST).map(told)

function told(each: Difference): Apart {
  const effect = each.effect
  if (each.about === 'presence') {
    return { label: words.overview.has(each.feature), effect, inside: shareText(each.segment), outside: shareText(each.rest) }
  }
  const level = each.levels.toSorted((one, other) => Math.abs(other.segment - other.rest) - Math.abs(one.segment - one.rest))[0]
  if (level) {
    return { label: words.overview.level(each.feature, String(level.value)), effect, inside: shareText(level.segment), outside: shareText(level.rest) }
  }
  return { label: each.feature, effect, inside: meanText(each.segment), outside: meanText(each.rest) }
}

const shareText = (share: number | string | null) => (typeof share === 'number' ? percent(share) : (share ?? '–'))
const meanText = (mean: number | string | null) => (typeof mean === 'number' ? numberText(mean) : (mean ?? '–'))
