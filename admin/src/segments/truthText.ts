/** A node of a tried rule in words. */

import type { TruthTree } from '@/api/rules'
import { useVocabulary } from '@/composables/vocabulary'
import { momentText } from '@/shared/moments'
import { valueText } from '@/shared/values'
import { words } from '@/words'

/** What it asks for. */
export function labelOf(node: TruthTree): string {
  if (node.op === 'all' || node.op === 'any') return words.rule.group[node.op]
  if (node.op === 'not') return words.rule.not
  const operator = node.op === 'in_segment' ? words.rule.segment : (words.rule.operators[node.op] ?? node.op)
  const operand = node.operand == null ? '' : valueText(node.operand)
  const said = operator.includes('…') ? operator.replace('…', operand) : `${operator} ${operand}`
  return [node.feature ?? '', said, node.segment_id ? useVocabulary().nameOf(node.segment_id) : ''].join(' ').trim()
}

/** The value that it saw, and where that came from; that there was none is told too. */
export function seenText(node: TruthTree, sources: Record<string, string>): string {
  if (node.value == null) return node.truth === 'absent' ? words.tryIt.unseen : ''
  const isMoment = useVocabulary().byName.value.get(node.feature ?? '')?.type === 'timestamp' && typeof node.value === 'number'
  const value = isMoment ? momentText(new Date((node.value as number) / 1000).toISOString()) : valueText(node.value)
  return words.tryIt.seen(value, words.tryIt.sources[sources[node.feature ?? ''] ?? ''] ?? '')
}
