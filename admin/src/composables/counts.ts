/** How many subjects each segment has, as last calculated; nothing where nobody has calculated them. */

import { computed, shallowRef } from 'vue'

import { countSegments, type SegmentCount, type SegmentCounts } from '@/api/segments'
import { ApiError } from '@/api/error'

export interface SegmentSize {
  members: number | string
  share: number | null
  /** What each calculation counted, the oldest first; counts that are not told are left out. */
  trend: number[]
}

export function useCounts() {
  const counts = shallowRef<SegmentCounts>()
  const sizes = computed(() => new Map(counts.value?.segments.map((each) => [each.segment_id, sizeOf(each)])))
  const requestTime = computed(() => counts.value?.request_time ?? {})

  async function load(): Promise<void> {
    try {
      counts.value = await countSegments()
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
    }
  }

  void load()
  return { counts, sizes, requestTime, load }
}

const sizeOf = ({ members, share, trend }: SegmentCount): SegmentSize => ({
  members,
  share,
  trend: trend.map((each) => each.members).filter((each) => typeof each === 'number'),
})
