/** Between the DSL, as the API takes it, and the tree of the form. */

import { isObject, type Json } from '@/shared/json/json'

import type { RuleNode } from './tree'

type Reader = (argument: Json, at: string) => RuleNode | null

const READERS: Record<string, Reader> = {
  all: (argument, at) => readGroup('all', argument, at),
  any: (argument, at) => readGroup('any', argument, at),
  not: readNegation,
  in_segment: readSegment,
  percent: readShare,
  compare: () => null,
}

/** What was read from each object of a rule, and what each node was read from. So the parts of a rule that a change left alone
 * stay the same objects on both ways, and the form draws only what has changed. */
const treeOf = new WeakMap<object, RuleNode>()
const exprOf = new WeakMap<RuleNode, Json>()

/** The tree of a rule. What has no place in the form becomes a raw node, so that nothing is lost. */
export function toTree(expr: Json, at = ''): RuleNode {
  if (!isObject(expr)) return { kind: 'raw', at, expr }
  const known = treeOf.get(expr)
  if (known?.at === at) return known
  const node = read(expr, at)
  treeOf.set(expr, node)
  if (JSON.stringify(written(node)) === JSON.stringify(expr)) exprOf.set(node, expr)
  return node
}

function read(expr: { [key: string]: Json }, at: string): RuleNode {
  const entries = Object.entries(expr)
  if (entries.length === 0) return { kind: 'group', at, op: 'all', children: [] }
  const [name, argument] = entries[0]!
  const reader = entries.length === 1 ? (READERS[name] ?? conditionReader(name)) : () => null
  return reader(argument, at) ?? { kind: 'raw', at, expr }
}

/** The rule of a tree, in the one form that the API itself writes. */
export function toDsl(node: RuleNode): Json {
  const known = exprOf.get(node)
  if (known !== undefined) return known
  const expr = written(node)
  exprOf.set(node, expr)
  return expr
}

function written(node: RuleNode): Json {
  switch (node.kind) {
    case 'group':
      return { [node.op]: node.children.map(toDsl) }
    case 'not':
      return { not: toDsl(node.child) }
    case 'condition':
      return { [node.op]: node.operand === undefined ? [node.feature] : [node.feature, node.operand] }
    case 'segment':
      return { in_segment: [node.segmentId] }
    case 'share':
      return { percent: [node.percent, node.salt] }
    case 'raw':
      return node.expr
  }
}

function readGroup(op: 'all' | 'any', argument: Json, at: string): RuleNode | null {
  if (!Array.isArray(argument)) return null
  return { kind: 'group', at, op, children: argument.map((each, index) => toTree(each, `${at}/${op}/${index}`)) }
}

function readNegation(argument: Json, at: string): RuleNode | null {
  if (!Array.isArray(argument)) return { kind: 'not', at, child: toTree(argument, `${at}/not`) }
  return argument.length === 1 ? { kind: 'not', at, child: toTree(argument[0]!, `${at}/not/0`) } : null
}

function readSegment(argument: Json, at: string): RuleNode | null {
  const only = Array.isArray(argument) && argument.length === 1 ? argument[0] : argument
  return typeof only === 'string' ? { kind: 'segment', at, segmentId: only } : null
}

function readShare(argument: Json, at: string): RuleNode | null {
  if (!Array.isArray(argument) || argument.length !== 2) return null
  const [first, second] = argument as [Json, Json]
  const isSwapped = typeof first === 'string' && typeof second === 'number'
  return { kind: 'share', at, percent: isSwapped ? second : first, salt: isSwapped ? first : second }
}

/** `{op: [feature, operand]}`, `{op: "feature"}`, and `{op: [feature, item, item]}` for a listed operand. */
function conditionReader(op: string): Reader {
  return (argument, at) => {
    const [feature, ...rest] = Array.isArray(argument) ? argument : [argument]
    if (typeof feature !== 'string') return null
    const operand = rest.length > 1 ? rest : rest[0]
    return { kind: 'condition', at, op, feature, operand }
  }
}
