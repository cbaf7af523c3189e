/** What a request carries, as the reader states it: rules that read it are counted and tried for such a request. */

import type { Segment } from '@/api/segments'

import type { Feature } from './operators'
import type { Json } from '@/shared/json/json'

/** Values by feature. */
export type Stated = Record<string, Json>

/** The server reads them off the moment of the request: nobody sends them. */
const COMPUTED = new Set(['ctx.hour', 'ctx.time_of_day', 'ctx.weekday'])

/** The features that come with a request, of those that a rule reads itself or through other segments. */
export function requestFeatures(expr: Json, features: Feature[], segments: Segment[]): Feature[] {
  const read = new Set(texts(expr, new Map(segments.map((each) => [each.segment_id, each]))))
  return features.filter((each) => each.source === 'request' && read.has(each.name))
}

/** Those of them that are to be stated. */
export const statable = (features: Feature[]): Feature[] => features.filter((each) => !COMPUTED.has(each.name))

/** The context that a rule is counted with; null while nothing is stated that it reads. */
export function contextOf(read: Feature[], stated: Stated): Stated | null {
  const asked = statable(read)
  const given = Object.fromEntries(asked.flatMap(({ name }) => (isGiven(stated[name]) ? [[name, stated[name]]] : [])))
  const isEnough = Object.keys(given).length > 0 || (read.length > 0 && asked.length === 0)
  return isEnough ? (given as Stated) : null
}

const isGiven = (value: Json | undefined) => value !== undefined && value !== null && value !== ''

/** Every text in a rule, and in the rules of the segments that it names; each segment is gone through once. */
function* texts(expr: Json, segments: Map<string, Segment>): Generator<string> {
  if (typeof expr === 'string') yield expr
  if (typeof expr !== 'object' || expr === null) return
  for (const [name, inner] of Object.entries(expr)) {
    yield* name === 'in_segment' ? textsOfSegment(String(inner), segments) : texts(inner, segments)
  }
}

function* textsOfSegment(id: string, segments: Map<string, Segment>): Generator<string> {
  const segment = segments.get(id)
  segments.delete(id)
  for (const rule of segment?.rules ?? []) yield* texts(rule.expr as Json, segments)
}
