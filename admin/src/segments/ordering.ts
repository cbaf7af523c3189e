/** Segments put in another order, or switched on and off: what would be published. */

import type { Plan } from '@/api/definitions'
import type { Segment } from '@/api/segments'

/** Between neighbours, as `POST /api/v1/segments/reorder` leaves it. */
const STEP = 10
const OURS = new Set(['/priority', '/active'])

/** The list with the one at `from` at `to`, which is brought into it. */
export function movedTo<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.toSpliced(from, 1)
  return rest.toSpliced(Math.min(Math.max(to, 0), rest.length), 0, list[from]!)
}

/** The order without those that are gone, and with those that are new, which come before whatever follows them. */
export function merged(order: readonly string[], now: readonly string[]): string[] {
  const present = new Set(now)
  const known = new Set(order)
  const found = order.filter((each) => present.has(each))
  now.forEach((each, index) => {
    if (known.has(each)) return
    const next = now.slice(index + 1).find((other) => known.has(other))
    found.splice(next === undefined ? found.length : found.indexOf(next), 0, each)
  })
  return found
}

/**
 * The segments that are not as they are published. An order that is another one gives every segment a priority, the last
 * 10 and the one before it 20; without `order` priorities stay.
 */
export function changed(segments: readonly Segment[], order: readonly string[] | undefined, active: ReadonlyMap<string, boolean>): Segment[] {
  const priorities = new Map(order?.map((id, place) => [id, STEP * (order.length - place)]))
  return segments.flatMap((each) => {
    const [priority, isOn] = [each.priority ?? 0, each.active ?? true]
    const wanted = { priority: priorities.get(each.segment_id) ?? priority, active: active.get(each.segment_id) ?? isOn }
    return wanted.priority === priority && wanted.active === isOn ? [] : [{ ...each, ...wanted }]
  })
}

/** Whether a plan would take back what somebody else has published since the list was read. */
export const takesBack = (plan: Plan): boolean =>
  plan.changes.some((each) => each.action !== 'replace' || each.fields.some(({ pointer }) => !OURS.has(pointer)))
