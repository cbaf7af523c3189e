/** What the audit is searched by, as the address has it. An id of a subject is never in it. */

import type { AuditAsked } from '@/api/audit'

export const FILTERS = ['user_hash', 'segment_id', 'decision_id', 'since', 'until'] as const
export type Filters = Partial<Record<(typeof FILTERS)[number], string>>

type Query = Record<string, unknown>

/** What the address says; what is empty is left out. */
export const filtersOf = (query: Query): Filters =>
  Object.fromEntries(FILTERS.flatMap((name) => (typeof query[name] === 'string' && query[name] ? [[name, query[name]]] : []))) as Filters

/** For the server: who is known by their id is asked for by it, for it finds what was recorded under older pseudonyms too. */
export function askedOf(filters: Filters, subject: string | null): AuditAsked {
  if (!subject) return filters
  return { ...Object.fromEntries(Object.entries(filters).filter(([name]) => name !== 'user_hash')), subject_id: subject }
}

/** The first letters: enough to tell two of them apart. */
export const shortOf = (text: string): string => (text.length > 12 ? `${text.slice(0, 8)}…` : text)
