import { expect, it } from 'vitest'

import type { Rule, Segment } from '@/api/segments'

import { changes } from './changes'

const rule = (rule_id: string, days: number, enabled = true): Rule => ({ rule_id, expr: { gte: ['days', days] }, enabled })
const segment = (fields: Partial<Segment>): Segment => ({ segment_id: 'a', name: 'A', rules: [rule('lapse', 28)], ...fields })

it('tells a changed field by its word, and what its values mean', () => {
  const found = changes(segment({ active: true, profile_id: null }), segment({ active: false, profile_id: 'win-back' }))
  expect(found).toContainEqual({ label: 'Switched on', before: 'on', after: 'off' })
  expect(found).toContainEqual({ label: 'Profile', before: 'defaults', after: 'win-back' })
  expect(found).toHaveLength(2)
})

it('tells a changed rule as a whole, from what it was to what it is', () => {
  const [found, ...others] = changes(segment({}), segment({ rules: [rule('lapse', 60)] }))
  expect(found).toMatchObject({ label: 'Rule “lapse”', before: { expr: { gte: ['days', 28] } }, after: { expr: { gte: ['days', 60] } } })
  expect(others).toEqual([])
})

it('tells a rule that is new, one that is gone, and one that is out of use', () => {
  const before = segment({ rules: [rule('gone', 1), rule('kept', 2)] })
  const found = changes(before, segment({ rules: [rule('kept', 2, false), rule('new', 3)] }))
  expect(found.map((each) => [each.label, each.before !== undefined, each.after !== undefined])).toEqual([
    ['Rule “kept”', true, true],
    ['Rule “new”', false, true],
    ['Rule “gone”', true, false],
  ])
  expect(found[0]).toMatchObject({ before: 'in use', after: 'not in use' })
})

it('tells of a new segment what it has, and of an unchanged one nothing', () => {
  const found = changes(undefined, segment({}))
  expect(found.map((each) => each.label)).toEqual(['Name', 'Rule “lapse”'])
  expect(changes(segment({}), segment({ owner: '' }))).toEqual([])
})
