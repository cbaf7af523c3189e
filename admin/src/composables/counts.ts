/** How many subjects each segment has, as last calculated; nothing where nobody has calculated them. */

import { computed, ref, shallowRef } from 'vue'

import { ifGiven } from '@/api/error'
import { countSegments, type SegmentCount, type SegmentCounts } from '@/api/segments'

export interface SegmentSize {
  members: number | string
  share: number | null
  /** Whom no segment before it holds. */
  first: number | string
  /** What each calculation counted, the oldest first; counts that are not told are left out. */
  trend: number[]
}

export function useCounts() {
  const counts = shallowRef<SegmentCounts>()
  /** Whether it was asked: without counts there are none then. */
  const isAsked = ref(false)
  const sizes = computed(() => new Map(counts.value?.segments.map((each) => [each.segment_id, sizeOf(each)])))
  const requestTime = computed(() => counts.value?.request_time ?? {})

  async function load(): Promise<void> {
    counts.value = (await ifGiven(countSegments())) ?? counts.value
    isAsked.value = true
  }

  void load()
  return { counts, isAsked, sizes, requestTime, load }
}

const sizeOf = ({ members, share, first_matches, trend }: SegmentCount): SegmentSize => ({
  members,
  share,
  first: first_matches,
  trend: trend.map((each) => each.members).filter((each) => typeof each === 'number'),
})
