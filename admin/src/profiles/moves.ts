/** What has become of each item from one list to another. */

import type { ItemRanks } from '@/api/profiles'

export type Move = { kind: 'same' | 'new' | 'out' } | { kind: 'up' | 'down'; by: number }

export function moveOf(before: number | null, after: number | null): Move {
  if (before === null) return { kind: 'new' }
  if (after === null) return { kind: 'out' }
  if (before === after) return { kind: 'same' }
  return before > after ? { kind: 'up', by: before - after } : { kind: 'down', by: after - before }
}

export interface Agreement {
  /** How long the longer list is. */
  length: number
  inBoth: number
  samePlace: number
  /** How many places an item that is in both moved, on average; undefined where none is. */
  meanShift?: number
}

/** How far the first two lists agree. */
export function agreementOf(items: ItemRanks[]): Agreement {
  const places = items.map(({ ranks }) => [ranks[0] ?? null, ranks[1] ?? null] as const)
  const shifts = places.flatMap(([before, after]) => (before === null || after === null ? [] : [Math.abs(before - after)]))
  const lengthOf = (list: 0 | 1) => places.filter((each) => each[list] !== null).length
  return {
    length: Math.max(lengthOf(0), lengthOf(1)),
    inBoth: shifts.length,
    samePlace: shifts.filter((each) => each === 0).length,
    meanShift: shifts.length ? shifts.reduce((sum, each) => sum + each, 0) / shifts.length : undefined,
  }
}
