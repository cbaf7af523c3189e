import type { Segment } from '@/api/client'

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
