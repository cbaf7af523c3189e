/** Where a player stands: the center of the segment and the player's own offset from it (requirement C's decomposition). */

import type { Axis, Membership, PlayerProfile } from '@/api/taxonomy'

export interface Place {
  metric: string
  center: number
  offset: number
  /** Center + offset. */
  place: number
}

/** The likeliest segment on an axis. */
export const bestOn = (axis: Axis, { memberships }: Pick<PlayerProfile, 'memberships'>): Membership | undefined =>
  memberships.filter((each) => each.axis_name === axis.axis_name).reduce<Membership | undefined>((best, each) => (best && best.share >= each.share ? best : each), undefined)

/** The player's usual place on each metric of an axis; a metric that is not known of the player is left out. */
export function placesOn(axis: Axis, profile: Pick<PlayerProfile, 'memberships'>): Place[] {
  const best = bestOn(axis, profile)
  const center = axis.segments.find((each) => each.segment_id === best?.segment_id)?.center_position
  if (!best || !center) return []
  return axis.defining_metrics
    .filter((metric) => metric in best.position_offset)
    .map((metric) => ({ metric, center: center[metric]!, offset: best.position_offset[metric]!, place: center[metric]! + best.position_offset[metric]! }))
}

/** The same by metric. */
export const positionOn = (axis: Axis, profile: Pick<PlayerProfile, 'memberships'>): Record<string, number> =>
  Object.fromEntries(placesOn(axis, profile).map(({ metric, place }) => [metric, place]))
