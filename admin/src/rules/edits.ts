/** Changes of a rule that concern more than one node: what is moved, copied or put beside another. */

import { toDsl, toTree } from './dsl'
import { nodes, type Group, type RuleNode } from './tree'

/** Before which child of which group; `index` is the number of children for the end. */
export interface Place {
  group: string
  index: number
}

export type Direction = 'up' | 'down' | 'out' | 'in'

/** A group that holds a node, and where in it. */
interface Seat {
  group: Group
  index: number
}

/** Where a node would go: past its neighbour, out of its group at the ends, or into the group before it. */
export function stepFrom(tree: RuleNode, at: string, direction: Direction): Place | null {
  const seat = seatOf(tree, at)
  if (!seat) return null
  const { group, index } = seat
  const isInside = { up: index > 0, down: index < group.children.length - 1, out: false, in: true }[direction]
  if (direction === 'in') return into(group.children[index - 1])
  if (isInside) return { group: group.at, index: direction === 'up' ? index - 1 : index + 2 }
  const outer = seatOf(tree, group.at)
  return outer && { group: outer.group.at, index: direction === 'up' ? outer.index : outer.index + 1 }
}

function into(node: RuleNode | undefined): Place | null {
  if (node?.kind === 'not') return into(node.child)
  return node?.kind === 'group' ? { group: node.at, index: node.children.length } : null
}

/** The tree with a node in another place; null where it cannot go there. */
export function moved(tree: RuleNode, at: string, place: Place): RuleNode | null {
  const moving = find(tree, at)
  if (!moving || place.group === at || place.group.startsWith(`${at}/`)) return null
  return rebuilt(tree, place, moving, at)
}

/** The tree with one more node in a place. */
export const inserted = (tree: RuleNode, place: Place, node: RuleNode): RuleNode => rebuilt(tree, place, node, null)

/** The tree with a node behind another one: in a group of both where that one is alone. */
export function after(tree: RuleNode, at: string, node: RuleNode): RuleNode {
  const seat = seatOf(tree, at)
  if (seat) return inserted(tree, { group: seat.group.at, index: seat.index + 1 }, node)
  return { kind: 'group', at: '', op: 'all', children: [tree, node] }
}

/** The same node, as an object of its own: two places of a rule never share one. */
export const copied = (node: RuleNode): RuleNode => toTree(structuredClone(toDsl(node)))

export function find(tree: RuleNode, at: string): RuleNode | undefined {
  for (const each of nodes(tree)) if (each.at === at) return each
  return undefined
}

/** The group that holds a node, where a "not" before the node is part of it. Null for the root. */
export function seatOf(tree: RuleNode, at: string): Seat | null {
  for (const each of nodes(tree)) {
    if (each.kind !== 'group' || each.at === at) continue
    const index = each.children.findIndex((child) => child.at === at || isNegated(child, at))
    if (index >= 0) return { group: each, index }
  }
  return null
}

const isNegated = (node: RuleNode, at: string): boolean => node.kind === 'not' && (node.child.at === at || isNegated(node.child, at))

function rebuilt(node: RuleNode, place: Place, put: RuleNode, taken: string | null): RuleNode {
  if (node.kind === 'not') {
    const child = rebuilt(node.child, place, put, taken)
    return child === node.child ? node : { ...node, child }
  }
  if (node.kind !== 'group') return node
  const children = node.children.flatMap((each, index) => [
    ...(node.at === place.group && index === place.index ? [put] : []),
    ...(each.at === taken ? [] : [rebuilt(each, place, put, taken)]),
  ])
  if (node.at === place.group && place.index >= node.children.length) children.push(put)
  const isSame = children.length === node.children.length && children.every((each, index) => each === node.children[index])
  return isSame ? node : { ...node, children }
}
