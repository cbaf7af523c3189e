/** What the form knows of operators beyond their names: which operand each takes. */

import type { Json } from '@/shared/json/json'

export type FeatureType = 'string' | 'number' | 'integer' | 'boolean' | 'timestamp' | 'string_list'

export interface Feature {
  name: string
  type: FeatureType
  source: string
  group: string
  unit: string
  description: string
  allowed_values: unknown[]
}

export interface Operator {
  name: string
  accepts: FeatureType[]
}

export type OperandShape = 'value' | 'list' | 'range' | 'text' | 'days' | 'none' | 'json'

const SHAPES: Record<string, OperandShape> = {
  eq: 'value', ne: 'value', gt: 'value', gte: 'value', lt: 'value', lte: 'value',
  in: 'list', nin: 'list',
  between: 'range',
  contains: 'text', starts_with: 'text', matches: 'text',
  gte_days_since: 'days', lte_days_since: 'days',
  exists: 'none', truthy: 'none',
}

/** The operand of an operator; JSON for one that was added to the server since. */
export function shapeOf(op: string): OperandShape {
  return SHAPES[op] ?? 'json'
}

/** The operators that can stand on a feature, in the order of the server. All of them while there is no feature. */
export function operatorsFor(operators: Operator[], feature: Feature | undefined): Operator[] {
  const onFeatures = operators.filter((each) => each.accepts.length > 0)
  return feature ? onFeatures.filter((each) => each.accepts.includes(feature.type)) : onFeatures
}

/** The operand for another operator or feature: the old one where it fits, else an empty one. */
export function fittingOperand(op: string, type: FeatureType, old: Json | undefined): Json | undefined {
  const first = Array.isArray(old) ? old[0] : old
  switch (shapeOf(op)) {
    case 'none':
      return undefined
    case 'list':
      return (Array.isArray(old) ? old : [old]).filter((each) => fits(type, each)) as Json[]
    case 'range':
      return [fitting(type, first), fitting(type, Array.isArray(old) ? old[1] : undefined)]
    case 'days':
      return Number.isInteger(first) ? (first as number) : 30
    case 'text':
      return fitting('string', first)
    case 'value':
      return fitting(type, first)
    case 'json':
      return old ?? null
  }
}

function fitting(type: FeatureType, value: Json | undefined): Json {
  return fits(type, value) ? (value as Json) : null
}

function fits(type: FeatureType, value: Json | undefined): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number'
    case 'integer':
      return Number.isInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    default:
      return typeof value === 'string' && value !== ''
  }
}
