/** A rule in either of its forms as the tree of the form, and back. */

import type { Form, RuleChecked } from '@/api/rules'
import type { Json } from '@/shared/json/json'

import { toDsl, toTree } from './dsl'
import { fromJsonLogic, toJsonLogic } from './jsonlogic'
import { canonicalPlaces, foldedPlaces } from './placing'
import { nodes, type RuleNode } from './tree'

/** A rule as it is written. */
export interface Written {
  expr: Json
  form: Form
}

export interface Reading {
  tree: RuleNode
  form: Form
  /** Whether the nodes stand in the rule as it is written; else as the server writes it. */
  isExact: boolean
}

/** What the server made of a rule, and of which one. */
export type Checked = RuleChecked & { of: Json }

/** Undefined while a rule in JSONLogic is one that only the server can read, and it has not. */
export function readingOf({ expr, form }: Written, checked: Checked | undefined): Reading | undefined {
  if (form === 'dsl') return { tree: toTree(expr), form, isExact: true }
  const tree = fromJsonLogic(expr)
  if (tree) return { tree, form, isExact: true }
  if (!checked?.valid || checked.of !== expr) return undefined
  return { tree: toTree(checked.canonical as Json), form, isExact: false }
}

/** The rule of a tree in the form that it was written in, where that has words for it; else in the native one. */
export function rewritten(tree: RuleNode, form: Form): Written {
  const logic = form === 'jsonlogic' ? toJsonLogic(tree) : undefined
  return logic === undefined ? { expr: toDsl(tree), form: 'dsl' } : { expr: logic, form: 'jsonlogic' }
}

/** Where each node stands in the rule as the API writes it. */
export function placesOf({ tree, form, isExact }: Reading): Map<string, string> {
  if (!isExact) return new Map([...nodes(tree)].map(({ at }) => [at, at]))
  return form === 'dsl' ? canonicalPlaces(tree) : foldedPlaces(tree)
}

/** What a node is written as: the same object for as long as nobody changes it, wherever it is moved. */
export const partOf = (node: RuleNode, form: Form): Json => (form === 'dsl' ? toDsl(node) : (toJsonLogic(node) ?? toDsl(node)))

/** Equal for trees that differ in what stands in their nodes only. */
export const outlineOf = (tree: RuleNode): string => [...nodes(tree)].map(({ at }) => at).join()
