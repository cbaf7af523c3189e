import { expect, it } from 'vitest'

import { fittingOperand, operatorsFor, shapeOf, type Feature, type Operator } from './operators'

const feature = (name: string, type: Feature['type'], group: string): Feature => ({
  name, type, group, source: 'fact', unit: '', description: '', allowed_values: [],
})
const OPERATORS: Operator[] = [
  { name: 'eq', accepts: ['string', 'number'] },
  { name: 'gt', accepts: ['number'] },
  { name: 'percent', accepts: [] },
]

it('offers for a feature only the operators that stand on its type', () => {
  const names = operatorsFor(OPERATORS, feature('user.tier', 'string', 'Profile')).map((each) => each.name)
  expect(names).toEqual(['eq'])
})

it('never offers an operator on the subject for a feature', () => {
  expect(operatorsFor(OPERATORS, undefined).map((each) => each.name)).toEqual(['eq', 'gt'])
})

it('keeps a value that fits the new operator and drops one that does not', () => {
  expect(fittingOperand('in', 'string', 'VIP')).toEqual(['VIP'])
  expect(fittingOperand('eq', 'string', ['VIP', 'new'])).toBe('VIP')
  expect(fittingOperand('eq', 'number', 'VIP')).toBeNull()
  expect(fittingOperand('between', 'number', 5)).toEqual([5, null])
  expect(fittingOperand('exists', 'number', 5)).toBeUndefined()
})

it('takes JSON for an operator that it does not know', () => {
  expect(shapeOf('an_operator_of_tomorrow')).toBe('json')
})
