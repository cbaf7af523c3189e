/** Which parts of a rule decided what became of it. */

import type { TruthTree } from '@/api/rules'

const holds = (node: TruthTree) => node.truth === 'true'

/** The nodes without which the answer might have been another one: from the whole down to single conditions. */
export function deciding(node: TruthTree): Set<TruthTree> {
  return new Set([node, ...decisive(node).flatMap((each) => [...deciding(each)])])
}

/** Of those the single conditions, in order. */
export const leavesOf = (nodes: Set<TruthTree>): TruthTree[] => [...nodes].filter((each) => !each.children?.length)

/** One that fails decides an "all of", one that holds an "any of"; otherwise all of them do. */
function decisive(node: TruthTree): TruthTree[] {
  const children = node.children ?? []
  if (node.op !== 'all' && node.op !== 'any') return children
  const isSettled = node.op === 'any' ? holds(node) : !holds(node)
  return isSettled ? children.filter((each) => holds(each) === holds(node)) : children
}
