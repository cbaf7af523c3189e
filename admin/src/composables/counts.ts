/** How many subjects each segment has, as last calculated; nothing where nobody has calculated them. */

import { shallowReactive } from 'vue'

import { ApiError, countSegments, type SegmentCount } from '@/api/client'

export function useCounts(): Map<string, SegmentCount> {
  const counts = shallowReactive(new Map<string, SegmentCount>())

  async function load(): Promise<void> {
    for (const each of await countSegments()) counts.set(each.segment_id, each)
  }

  load().catch((problem: unknown) => {
    if (!(problem instanceof ApiError)) throw problem
  })
  return counts
}
