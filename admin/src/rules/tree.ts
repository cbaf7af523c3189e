/** A rule as the form shows it. `at` is the JSON pointer of the node in the expression that it was read from. */

import type { Json } from '@/shared/json/json'

export type GroupOp = 'all' | 'any'

export interface Group {
  kind: 'group'
  at: string
  op: GroupOp
  children: RuleNode[]
}

export interface Negation {
  kind: 'not'
  at: string
  child: RuleNode
}

/** An operator on a feature. `operand` is undefined for an operator that takes none. */
export interface Condition {
  kind: 'condition'
  at: string
  op: string
  feature: string
  operand: Json | undefined
}

export interface SegmentReference {
  kind: 'segment'
  at: string
  segmentId: string
}

/** A stable share of all subjects. */
export interface Share {
  kind: 'share'
  at: string
  percent: Json
  salt: Json
}

/** What the form has no fields for: it is shown and kept as it is written. */
export interface Raw {
  kind: 'raw'
  at: string
  expr: Json
}

export type RuleNode = Group | Negation | Condition | SegmentReference | Share | Raw

/** Every node, the outer ones first. */
export function* nodes(node: RuleNode): Generator<RuleNode> {
  yield node
  if (node.kind === 'group') for (const child of node.children) yield* nodes(child)
  if (node.kind === 'not') yield* nodes(node.child)
}

export const newCondition = (): Condition => ({ kind: 'condition', at: '', op: 'eq', feature: '', operand: null })

export const newGroup = (op: GroupOp): Group => ({ kind: 'group', at: '', op, children: [newCondition()] })

export const newSegmentReference = (): SegmentReference => ({ kind: 'segment', at: '', segmentId: '' })

export const newShare = (): Share => ({ kind: 'share', at: '', percent: 10, salt: '' })

/** The node with the opposite truth: a negation loses its "not", anything else gets one. */
export function negated(node: RuleNode): RuleNode {
  return node.kind === 'not' ? node.child : { kind: 'not', at: node.at, child: node }
}
