/** What is left open while somebody writes a rule: a part of which nothing was chosen yet is no mistake. */

import type { Fault } from '@/api/error'
import { words } from '@/words'

import { nodeAt } from './placing'
import { nodes, type RuleNode } from './tree'

/** What the server says of a rule, or what is to be chosen in place of it. */
export interface Said extends Fault {
  /** In the reader's own language. */
  isOpen?: true
}

/** What is to be chosen in a node; empty where that is done. */
function toChoose(node: RuleNode): string {
  if (node.kind === 'condition' && node.feature === '') return words.rule.openFeature
  return node.kind === 'segment' && node.segmentId === '' ? words.rule.openSegment : ''
}

/** Whether something of it is still to be chosen or written: it cannot be counted yet. */
export const isUnfinished = (tree: RuleNode): boolean =>
  [...nodes(tree)].some((node) => toChoose(node) !== '' || (node.kind === 'condition' && node.operand === null))

/** The same faults; of a node in which something is to be chosen, that. */
export function saidOf(tree: RuleNode, faults: Fault[], prefix: string): Said[] {
  const open = new Map([...nodes(tree)].map((node) => [node.at, toChoose(node)]))
  return faults.map((each) => {
    const message = open.get(nodeAt(tree, each.pointer.slice(prefix.length)))
    return message ? { ...each, message, hint: '', isOpen: true } : each
  })
}
