/** Values of definitions as texts of a table. */

import { momentText } from '@/shared/moments'
import { numberText } from '@/shared/numbers'
import { valueText } from '@/shared/values'
import { words } from '@/words'

const MOMENT = /^\d{4}-\d{2}-\d{2}T/

export function cellText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return value ? words.kinds.yes : words.kinds.no
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string' && MOMENT.test(value)) return momentText(value)
  return typeof value === 'string' ? choiceText(value) : valueText(value)
}

/** One of the few values that a field may have. */
export const choiceText = (value: string): string => words.kinds.choices[value] ?? words.rule.groups[value] ?? value
