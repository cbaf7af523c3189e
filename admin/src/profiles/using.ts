/** Who uses profiles: segments, and campaigns that set knobs over them for a time. */

import type { Campaign } from '@/api/profiles'
import type { Segment } from '@/api/segments'

export const usersOf = (profileId: string, segments: Segment[]): Segment[] => segments.filter((each) => each.profile_id === profileId)

/** A campaign holds from its start until before its end. */
export function stateOf({ starts_at: from, ends_at: until }: Campaign, now: Date = new Date()): 'running' | 'planned' | 'over' {
  if (until && new Date(until) <= now) return 'over'
  return from && new Date(from) > now ? 'planned' : 'running'
}
