import { expect, it } from 'vitest'

import type { Difference } from '@/api/segments'

import { apartOf } from './apart'

const difference = (feature: string, fields: Partial<Difference>) =>
  ({ feature, about: 'value', effect: 1, sure: true, own: false, segment: null, rest: null, levels: [], ...fields }) as Difference

it('leaves out what is not sure, and what the rule itself reads until it is asked for', () => {
  const all = [difference('own', { own: true }), difference('doubtful', { sure: false }), difference('spend', { segment: 1234.5, rest: 10 })]
  expect(apartOf(all, false)).toEqual([{ label: 'spend', effect: 1, inside: '1,234.5', outside: '10' }])
  expect(apartOf(all, true).map((each) => each.label)).toEqual(['own', 'spend'])
})

it('tells a name by the value that differs most', () => {
  const levels = [{ value: 'Lost', segment: 0, rest: 0.2 }, { value: 'Champions', segment: 0.5, rest: 0.1 }] as Difference['levels']
  expect(apartOf([difference('cell', { levels })], false)).toEqual([{ label: 'cell: Champions', effect: 1, inside: '50 %', outside: '10 %' }])
})
