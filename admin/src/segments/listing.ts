import type { Draft } from '@/api/definitions'
import type { Rule, Segment } from '@/api/segments'

/** The segments, and those that there are only drafts of: off until they are published. */
export function withNew(segments: Segment[], drafts: Draft[]): Segment[] {
  const names = new Set(segments.map((each) => each.segment_id))
  const isNew = drafts.filter((each) => each.body !== null && !names.has(each.identifier))
  return [...segments, ...isNew.map((each) => ({ ...(each.body as unknown as Segment), active: false }))]
}

/** Rules that are switched off take no part. */
export const rulesInUse = (segment: Segment): Rule[] => (segment.rules ?? []).filter((each) => each.enabled ?? true)

/** As they are tried: by descending priority, ties by id; those that are off at the end. */
export function inOrderOfTrial(segments: Segment[]): Segment[] {
  return [...segments].sort(
    (one, other) =>
      Number(other.active ?? true) - Number(one.active ?? true) ||
      (other.priority ?? 0) - (one.priority ?? 0) ||
      (one.segment_id < other.segment_id ? -1 : 1),
  )
}

/** Whether a segment has the text in its name, its id or its rule. */
export function mentions(segment: Segment, text: string, sentence: string): boolean {
  const all = [segment.segment_id, segment.name, segment.owner, sentence].join(' ').toLowerCase()
  return all.includes(text.trim().toLowerCase())
}
