/** Between JSONLogic and the tree of the form, for what both can say. The server reads all of JSONLogic; this writes it. */

import { isObject, type Json } from '@/shared/json/json'

import type { Condition, Raw, RuleNode } from './tree'

/** `undefined` where the other form has no words for it. */
type Maybe<T> = T | undefined

const COMPARISONS: Record<string, string> = { eq: '==', gt: '>', gte: '>=', lt: '<', lte: '<=' }
const OPERATORS = new Map(Object.entries(COMPARISONS).map(([name, sign]) => [sign, name]))
const CONNECTIVES = { and: 'all', or: 'any' } as const
const SIGNS = new Set([...OPERATORS.keys(), '!=', '===', '!=='])

/** What each part was read from, so that a part that nobody changes stays as it is spelt. */
const exprOf = new WeakMap<RuleNode, Json>()
const treeOf = new WeakMap<object, RuleNode>()

/** The tree of a rule in JSONLogic; undefined where the form can show only what the server makes of it. */
export function fromJsonLogic(expr: Json, at = ''): Maybe<RuleNode> {
  if (!isObject(expr)) return undefined
  const known = treeOf.get(expr)
  if (known?.at === at) return known
  const node = read(expr, at)
  if (node) {
    treeOf.set(expr, node)
    exprOf.set(node, expr)
  }
  return node
}

/** The JSONLogic of a tree; undefined where it has no form for a part. */
export function toJsonLogic(node: RuleNode): Maybe<Json> {
  const known = exprOf.get(node)
  if (known !== undefined) return known
  const expr = isAlways(node) ? {} : written(node)
  if (expr !== undefined) exprOf.set(node, expr)
  return expr
}

/** Whether a rule that is not the native form looks like JSONLogic. */
export const looksLikeJsonLogic = (expr: Json): boolean =>
  isObject(expr) && Object.entries(expr).some(([name, inner]) => name in CONNECTIVES || name === '!' || name === '!!' || SIGNS.has(name) || reads(inner))

const reads = (inner: Json): boolean =>
  Array.isArray(inner) ? inner.some((each) => variable(each) !== undefined || looksLikeJsonLogic(each)) : looksLikeJsonLogic(inner)

const isAlways = (node: RuleNode) => node.kind === 'group' && node.op === 'all' && node.children.length === 0

function read(expr: { [key: string]: Json }, at: string): Maybe<RuleNode> {
  const entries = Object.entries(expr)
  if (entries.length === 0) return at === '' ? { kind: 'group', at, op: 'all', children: [] } : undefined
  const [[name, given]] = entries as [[string, Json]]
  if (entries.length > 1) return undefined
  const inner = `${at}/${name}`
  if (name === 'and' || name === 'or') return readGroup(CONNECTIVES[name], given, at, inner)
  if (name === '!') return readNegation(given, at, inner)
  const pair = Array.isArray(given) ? given : [given]
  if (name === '!=' && pair.length === 2) return unequal(pair, at, inner)
  return readCondition(name, pair, at)
}

function readGroup(op: 'all' | 'any', given: Json, at: string, inner: string): Maybe<RuleNode> {
  if (!Array.isArray(given) || given.length === 0) return undefined
  const children = given.map((each, index) => fromJsonLogic(each, `${inner}/${index}`))
  return children.every((each) => each !== undefined) ? { kind: 'group', at, op, children } : undefined
}

function readNegation(given: Json, at: string, inner: string): Maybe<RuleNode> {
  const child = Array.isArray(given) ? (given.length === 1 ? fromJsonLogic(given[0]!, `${inner}/0`) : undefined) : fromJsonLogic(given, inner)
  return child && { kind: 'not', at, child }
}

/** `!=` denies that two are equal; beside null it says that there is a value. */
function unequal([left, right]: Json[], at: string, inner: string): Maybe<RuleNode> {
  const feature = variable(left!)
  if (feature === undefined || isObject(right!) || Array.isArray(right)) return undefined
  if (right === null) return { kind: 'condition', at, op: 'exists', feature, operand: undefined }
  return { kind: 'not', at, child: { kind: 'condition', at: inner, op: 'eq', feature, operand: right } }
}

function readCondition(name: string, [left, right, ...rest]: Json[], at: string): Maybe<RuleNode> {
  if (rest.length > 0) return undefined
  const feature = variable(left!)
  if (name === '!!' && right === undefined && feature !== undefined) return { kind: 'condition', at, op: 'truthy', feature, operand: undefined }
  if (name === 'in') return readMembership(left!, right, at)
  const op = OPERATORS.get(name)
  if (op === undefined || feature === undefined || right === undefined || Array.isArray(right) || isObject(right)) return undefined
  if (right !== null) return { kind: 'condition', at, op, feature, operand: right }
  const exists: RuleNode = { kind: 'condition', at: `${at}/${name}`, op: 'exists', feature, operand: undefined }
  return op === 'eq' ? { kind: 'not', at, child: exists } : undefined
}

function readMembership(left: Json, right: Maybe<Json>, at: string): Maybe<RuleNode> {
  const [needle, haystack] = [variable(left), right === undefined ? undefined : variable(right)]
  if (needle !== undefined && Array.isArray(right)) return { kind: 'condition', at, op: 'in', feature: needle, operand: right }
  if (haystack !== undefined && typeof left === 'string') return { kind: 'condition', at, op: 'contains', feature: haystack, operand: left }
  return undefined
}

function variable(value: Json): Maybe<string> {
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined
  const named = Array.isArray(value.var) && value.var.length === 1 ? value.var[0] : value.var
  return typeof named === 'string' ? named : undefined
}

function written(node: RuleNode): Maybe<Json> {
  switch (node.kind) {
    case 'group':
      return joined(node.op === 'all' ? 'and' : 'or', node.children.map(toJsonLogic))
    case 'not':
      return denied(node.child)
    case 'condition':
      return conditionOf(node)
    case 'raw':
      return comparisonOf(node)
    default:
      return undefined
  }
}

const joined = (name: 'and' | 'or', parts: Maybe<Json>[]): Maybe<Json> =>
  parts.length > 0 && parts.every((each) => each !== undefined) ? { [name]: parts } : undefined

function denied(child: RuleNode): Maybe<Json> {
  const isEqual = child.kind === 'condition' && child.op === 'eq' && child.operand !== null
  if (isEqual) return { '!=': [{ var: child.feature }, child.operand!] }
  const inner = isAlways(child) ? undefined : toJsonLogic(child)
  return inner === undefined ? undefined : { '!': inner }
}

/** An absent value is in no condition; `!` would let it in, so what denies asks for a value too. */
function conditionOf({ op, feature, operand = null }: Condition): Maybe<Json> {
  const read = { var: feature }
  const exists = { '!=': [read, null] }
  const range = Array.isArray(operand) && operand.length === 2 ? operand : undefined
  if (op in COMPARISONS && operand !== null) return { [COMPARISONS[op]!]: [read, operand] }
  if (op === 'ne' && operand !== null) return { and: [exists, { '!=': [read, operand] }] }
  if (op === 'in' && Array.isArray(operand)) return { in: [read, operand] }
  if (op === 'nin' && Array.isArray(operand)) return { and: [exists, { '!': { in: [read, operand] } }] }
  if (op === 'between' && range) return { and: [{ '>=': [read, range[0]!] }, { '<=': [read, range[1]!] }] }
  if (op === 'contains' && typeof operand === 'string') return { in: [operand, read] }
  if (op === 'exists') return exists
  return op === 'truthy' ? { '!!': [read] } : undefined
}

/** Arithmetic is written in JSONLogic by the native form too. */
function comparisonOf({ expr }: Raw): Maybe<Json> {
  const compared = isObject(expr) && Array.isArray(expr.compare) ? expr.compare : []
  const [sign, left, right] = compared as [Json, Json, Json]
  return compared.length === 3 && typeof sign === 'string' && sign !== '!=' ? { [sign]: [left, right] } : undefined
}
