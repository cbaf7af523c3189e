import { expect, it } from 'vitest'

import { narrowed } from './combobox'
import { columnIn, featureGroups, textOf, type Undeclared } from './grouping'
import type { Feature } from './operators'

const feature = (name: string, group: string, source = 'fact'): Feature => ({
  name, group, source, type: 'number', unit: '', description: `what ${name} is`, allowed_values: [],
})
const FEATURES = [
  feature('z', 'Items'), feature('risk', 'Risk & Engagement'), feature('money', 'Financial'), feature('b', 'Activity'), feature('a', 'Aardvark'),
]
const COLUMN: Undeclared = { name: 'updated_at', type: 'timestamp', source_id: 'households' }
const names = (groups: ReturnType<typeof featureGroups>) => groups.map((each) => [each.name, ...each.options.map(({ label }) => label)])

it('lists the groups that marketers look for first, then the others by name', () => {
  expect(names(featureGroups(FEATURES, []))).toEqual([
    ['Financial', 'money'], ['Activity', 'b'], ['Risk & Engagement', 'risk'], ['Aardvark', 'a'], ['Items', 'z'],
  ])
})

it('lists columns that are no features yet below those of the warehouse, and knows them again', () => {
  const groups = featureGroups([feature('revenue', 'DWH Columns', 'warehouse')], [COLUMN])
  expect(names(groups)).toEqual([['DWH Columns', 'revenue', 'updated_at']])
  expect(groups[0]!.options.map(({ value }) => columnIn([COLUMN], value))).toEqual([undefined, COLUMN])
})

it('finds a feature by what it is about and by its group', () => {
  const found = (asked: string) => narrowed(featureGroups(FEATURES, []), asked, textOf).flatMap(({ options }) => options.map(({ label }) => label))
  expect(found('financial')).toEqual(['money'])
  expect(found('what risk')).toEqual(['risk'])
})
