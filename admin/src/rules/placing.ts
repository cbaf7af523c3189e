/** Which node of a rule a pointer of the API means. */

import { toDsl, toTree } from './dsl'
import { nodes, type RuleNode } from './tree'

/** The innermost node that holds what the pointer points at. */
export function nodeAt(tree: RuleNode, pointer: string): string {
  let innermost = ''
  for (const { at } of nodes(tree)) if (holds(at, pointer) && at.length >= innermost.length) innermost = at
  return innermost
}

/** What is said of each node, by the node's pointer. Pointers may begin with `prefix`. */
export function placed<T extends { pointer: string }>(tree: RuleNode, said: T[], prefix: string): Map<string, T[]> {
  const places = new Map<string, T[]>()
  for (const each of said) {
    const at = nodeAt(tree, each.pointer.startsWith(prefix) ? each.pointer.slice(prefix.length) : each.pointer)
    places.set(at, [...(places.get(at) ?? []), each])
  }
  return places
}

/** Where each node stands in the rule as the API writes it, by where it stands as it was written. */
export function canonicalPlaces(tree: RuleNode): Map<string, string> {
  const canonical = [...nodes(toTree(toDsl(tree)))]
  return new Map([...nodes(tree)].map((each, index) => [each.at, canonical[index]!.at]))
}

function holds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`)
}

/** The same for JSONLogic, of which the API writes a group of one as that one, and a double "not" as none. */
export function foldedPlaces(tree: RuleNode): Map<string, string> {
  const places = new Map<string, string>()
  fold(tree, '', places)
  return places
}

function fold(node: RuleNode, place: string, places: Map<string, string>): void {
  places.set(node.at, place)
  if (node.kind === 'group') {
    const isAlone = node.children.length === 1
    node.children.forEach((each, index) => fold(each, isAlone ? place : `${place}/${node.op}/${index}`, places))
  }
  if (node.kind !== 'not') return
  if (node.child.kind === 'not') {
    places.set(node.child.at, `${place}/not`)
    fold(node.child.child, place, places)
  } else fold(node.child, `${place}/not`, places)
}
