import { expect, it } from 'vitest'

import { firstOf, narrowed, type OptionGroup } from './combobox'

const group = (name: string, ...values: string[]): OptionGroup => ({
  name, label: name, options: values.map((value) => ({ value, label: value })),
})

it('offers the first of all groups, and says how many more there are', () => {
  expect(firstOf([group('a', '1', '2'), group('b', '3', '4')], 3)).toEqual({ groups: [group('a', '1', '2'), group('b', '3')], more: 1 })
  expect(firstOf([group('a'), group('b', '3')], 3)).toEqual({ groups: [group('b', '3')], more: 0 })
})

it('finds an option by words in any order, also by its group', () => {
  const textOf = (option: { value: string }, { name }: OptionGroup) => `${option.value} ${name}`
  const found = narrowed([group('Financial', 'total_revenue', 'ltv')], ' FINANCIAL total ', textOf)
  expect(found).toEqual([group('Financial', 'total_revenue')])
})
