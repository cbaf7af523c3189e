/** What a reader is to know of a decision at a glance: that it was not made as usual. */

import { bodyOf, type Recorded } from '@/api/audit'
import { words } from '@/words'

/** Codes of reasons that say that something was missing. */
const DEGRADED = new Set(['stale', 'rule_error', 'index_building', 'window_not_built'])

export interface Flag {
  code: string
  text: string
  isDegraded: boolean
}

/** Erased rows have no reasons left. */
export const isErased = (row: Recorded): boolean => bodyOf(row).reasons === undefined

export function flagsOf(row: Recorded): Flag[] {
  if (isErased(row)) return [{ code: 'erased', text: words.audit.erased, isDegraded: true }]
  const codes = new Set(bodyOf(row).reasons?.map((each) => each.code))
  return [...codes].flatMap((code) => (words.audit.flags[code] ? [{ code, text: words.audit.flags[code], isDegraded: DEGRADED.has(code) }] : []))
}
