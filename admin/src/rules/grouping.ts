/** Features by group, as the field picker lists them. */

import type { Column } from '@/api/sources'
import { words } from '@/words'

import type { Option, OptionGroup } from './combobox'
import type { Feature } from './operators'

/** In the order in which marketers look for them; others follow by name. */
export const GROUPS = ['Financial', 'Activity', 'Profile', 'Risk & Engagement', 'DWH Columns']
const COLUMNS = 'DWH Columns'
/** Before the name of a column that is no feature yet. */
const UNDECLARED = 'column '

/** A column of a source that is no feature yet. */
export interface Undeclared extends Pick<Column, 'name' | 'type'> {
  source_id: string
}

/** All features, and below the columns of sources those that may be declared. */
export function featureGroups(features: Feature[], columns: Undeclared[]): OptionGroup[] {
  const groups = new Map<string, Option[]>()
  for (const each of features) push(groups, each.group, optionOf(each))
  for (const each of columns) push(groups, COLUMNS, columnOf(each))
  const inOrder = [...groups].sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other))
  return inOrder.map(([name, options]) => ({ name, label: words.rule.groups[name] ?? name, options }))
}

/** The column that an option stands for; undefined for a feature. */
export const columnIn = (columns: Undeclared[], value: string): Undeclared | undefined =>
  columns.find((each) => columnOf(each).value === value)

/** What a feature is found by: also by its group in both languages, and by where it comes from. */
export const textOf = ({ label, note, title }: Option, group: OptionGroup): string =>
  [label, note, title, group.name, group.label].join(' ')

function push(groups: Map<string, Option[]>, name: string, option: Option): void {
  const options = groups.get(name)
  if (options) options.push(option)
  else groups.set(name, [option])
}

function rank(group: string): number {
  const index = GROUPS.indexOf(group)
  return index < 0 ? GROUPS.length : index
}

const optionOf = ({ name, unit, type, source, description }: Feature): Option => ({
  value: name,
  label: name,
  note: [unit || words.rule.types[type], words.rule.sources[source] ?? source].filter(Boolean).join(' · '),
  title: description,
})

const columnOf = ({ name, source_id, type }: Undeclared): Option => ({
  value: `${UNDECLARED}${source_id} ${name}`,
  label: name,
  note: words.rule.columnOf(source_id),
  title: words.rule.types[type ?? ''],
})
