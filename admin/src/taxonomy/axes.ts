/** The axes of a taxonomy, and where their segments lie. */

import type { Axis, GameSegment, Taxonomy } from '@/api/taxonomy'
import { numberText } from '@/shared/numbers'
import { words } from '@/words'

/** From which distance on a place is what: in standard deviations of all players. */
const AVERAGE = 0.25
const LITTLE = 0.75
const FAR = 1.5

export type Far = keyof typeof words.taxonomy.far

export interface Placed {
  axis: Axis
  segment: GameSegment
}

/** Universal ones first, then those that were found. */
export const axesOf = (taxonomy: Taxonomy): Axis[] => [...taxonomy.universal_axes, ...taxonomy.game_specific_axes]

export const segmentWith = (taxonomy: Taxonomy, id: number): Placed | undefined =>
  axesOf(taxonomy).flatMap((axis) => axis.segments.map((segment) => ({ axis, segment }))).find(({ segment }) => segment.segment_id === id)

/** How far from the average a place is. */
export function howFar(deviations: number): Far {
  const size = Math.abs(deviations)
  if (size < AVERAGE) return 'average'
  if (size < LITTLE) return deviations > 0 ? 'littleAbove' : 'littleBelow'
  if (size < FAR) return deviations > 0 ? 'above' : 'below'
  return deviations > 0 ? 'farAbove' : 'farBelow'
}

/** Where a segment's players are, in words: what sets them apart most comes first. */
export function inSentence(center: Record<string, number>): string {
  const places = Object.entries(center).sort(([, one], [, other]) => Math.abs(other) - Math.abs(one))
  return words.taxonomy.segment.sentence(
    places.map(([metric, at]) => words.taxonomy.segment.part(metric, words.taxonomy.far[howFar(at)])).join(', '),
  )
}

/** With its sign; what rounds to nothing has none. */
export function signed(value: number, digits = 2): string {
  const text = numberText(Math.abs(value), digits)
  return text === '0' ? '0' : `${value < 0 ? '−' : '+'}${text}`
}

/** A place or a way in standard deviations of all players. */
export const deviationsText = (value: number, digits = 2): string => words.taxonomy.sd(signed(value, digits))
