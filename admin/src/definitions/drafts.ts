/** Drafts of a kind: what was changed and is not published. */

import { listDrafts, type Draft, type Kind } from '@/api/definitions'
import { useLoaded } from '@/composables/loaded'
import { session } from '@/composables/session'

/** Undefined until they are read; none for a role that may not read them. */
export const useDrafts = (kind: Kind) =>
  useLoaded(async () => (session.may('drafts.read') ? (await listDrafts()).filter((each) => each.kind === kind) : [])).value

/** Those of what was never published. */
export function freshOf(drafts: Draft[], published: string[]): Draft[] {
  const known = new Set(published)
  return drafts.filter((each) => each.body !== null && !known.has(each.identifier))
}
