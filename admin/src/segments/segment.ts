/** Segments as the editor holds them: with every field, also those that the API may leave out. */

import type { Rule, Segment } from '@/api/segments'
import type { Shape } from '@/definitions/editing'
import { freeId } from '@/shared/naming'

export const emptySegment = (): Segment => ({
  segment_id: '',
  name: '',
  description: '',
  owner: '',
  priority: 0,
  active: true,
  profile_id: null,
  rules: [emptyRule([])],
})

/** A rule under the first free id. */
export function emptyRule(others: Rule[]): Rule {
  return { rule_id: freeId('rule', others.map((each) => each.rule_id)), expr: { all: [] }, form: 'dsl', enabled: true }
}

export function whole(segment: Segment): Segment {
  const rules = (segment.rules ?? []).map((each) => ({ form: 'dsl' as const, enabled: true, ...each }))
  return { ...emptySegment(), ...segment, rules }
}

export const SEGMENT: Shape<'segment'> = { kind: 'segment', empty: emptySegment, whole }
