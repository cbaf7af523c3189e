import type { Draft } from '@/api/definitions'
import type { Rule, Segment } from '@/api/segments'
import { freshOf } from '@/definitions/drafts'

/** The segments, and those that there are only drafts of: off until they are published. */
export function withNew(segments: Segment[], drafts: Draft[]): Segment[] {
  const fresh = freshOf(drafts, segments.map((each) => each.segment_id))
  return [...segments, ...fresh.map((each) => ({ ...(each.body as Segment), active: false }))]
}

/** Rules that are switched off take no part. */
export const rulesInUse = (segment: Segment): Rule[] => (segment.rules ?? []).filter((each) => each.enabled ?? true)

/** As they are tried: by descending priority, ties by id. One that is off keeps the place that it would have. */
export function inOrderOfTrial(segments: Segment[]): Segment[] {
  return [...segments].sort(
    (one, other) => (other.priority ?? 0) - (one.priority ?? 0) || (one.segment_id < other.segment_id ? -1 : 1),
  )
}

/** What a segment is found by, beside its sentence: its names, and what its rules are written with. */
export const textOf = (segment: Segment): string =>
  [segment.segment_id, segment.name, segment.owner, segment.profile_id, JSON.stringify(segment.rules)].join(' ').toLowerCase()

/** Those with the text in their names, their rules or their sentences. */
export function finding(segments: Segment[]): (asked: string, sentenceOf: (segment: Segment) => string) => Segment[] {
  let texts: string[] | undefined
  return (asked, sentenceOf) => {
    const text = asked.trim().toLowerCase()
    if (!text) return segments
    texts ??= segments.map(textOf)
    return segments.filter((each, index) => texts![index]!.includes(text) || sentenceOf(each).toLowerCase().includes(text))
  }
}
