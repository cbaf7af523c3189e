/** A rule to begin with: the quarter of customers who have most of something. */

import { ifGiven } from '@/api/error'
import { suggestValues } from '@/api/rules'
import type { Segment } from '@/api/segments'
import type { Feature } from '@/rules/operators'
import type { Json } from '@/shared/json/json'

const COUNTED = new Set(['number', 'integer'])
/** Upper bounds read well with no more of them. */
const DIGITS = 3

/** Whether its rule is still the one that everybody fits, as a new segment has it. */
export const asksNothing = ({ rules }: Segment): boolean => JSON.stringify(rules?.[0]?.expr) === '{"all":[]}'

/** Undefined where nothing can be told of the features. */
export async function beginning(features: Feature[]): Promise<Json | undefined> {
  const own = features.filter((each) => each.source !== 'request')
  const [number] = own.filter((each) => COUNTED.has(each.type)).sort((one, other) => Number(other.group === 'Financial') - Number(one.group === 'Financial'))
  if (!number) return undefined
  const told = await ifGiven(suggestValues(number.name, ''))
  const quarter = told?.quantiles?.p75
  if (typeof quarter !== 'number') return undefined
  return { all: [{ gte: [number.name, number.type === 'integer' ? Math.round(quarter) : Number(quarter.toPrecision(DIGITS))] }] }
}
