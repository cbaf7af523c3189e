/** What differs between two versions of a segment: a line for each thing that a reader has a word for. */

import type { Rule, Segment } from '@/api/segments'
import type { Change } from '@/definitions/changes'
import { isSame } from '@/shared/json/json'
import { valueText } from '@/shared/values'
import { words } from '@/words'

import { emptySegment, whole } from './segment'

/** From `before`, which is undefined for a segment that was not there, to `after`. */
export function changes(before: Segment | undefined, after: Segment): Change[] {
  const [old, now] = [whole(before ?? { ...emptySegment(), rules: [] }), whole(after)]
  const fields = fieldChanges(old, now)
  return [...(before ? fields : fields.map(({ label, after: value }) => ({ label, before: undefined, after: value }))), ...ruleChanges(old.rules!, now.rules!)]
}

function fieldChanges(old: Segment, now: Segment): Change[] {
  const names = (Object.keys(now) as (keyof Segment)[]).filter((name) => name !== 'rules' && name !== 'segment_id')
  return names
    .filter((name) => !isSame(old[name], now[name]))
    .map((name) => ({ label: words.segment.fields[name], before: textOf(name, old), after: textOf(name, now) }))
}

function textOf(name: keyof Segment, segment: Segment): string | undefined {
  const value = segment[name]
  if (name === 'active') return value ? words.segments.on : words.segments.off
  if (name === 'profile_id') return segment.profile_id ?? words.segments.noProfile
  return value === '' ? undefined : valueText(value)
}

function ruleChanges(old: Rule[], now: Rule[]): Change[] {
  const before = new Map(old.map((each) => [each.rule_id, each]))
  const after = new Map(now.map((each) => [each.rule_id, each]))
  const ids = [...new Set([...after.keys(), ...before.keys()])]
  return ids.flatMap((id) => changesOfRule(words.publish.rule(id), before.get(id), after.get(id)))
}

function changesOfRule(label: string, before: Rule | undefined, after: Rule | undefined): Change[] {
  const found: Change[] = []
  if (!before || !after || !isSame(ruleOf(before), ruleOf(after))) found.push({ label, before, after })
  if (before && after && before.enabled !== after.enabled) {
    found.push({ label, before: usedText(before), after: usedText(after) })
  }
  return found
}

const ruleOf = ({ expr, form }: Rule) => [expr, form ?? 'dsl']

const usedText = (rule: Rule) => (rule.enabled ? words.publish.inUse : words.publish.notInUse)
