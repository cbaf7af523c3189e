/** What differs between two versions of a definition: a line for each field. */

import type { Schemas } from '@/api/http'
import { isObject, isSame } from '@/shared/json/json'
import { valueText } from '@/shared/values'

type Rule = Schemas['RuleDefinition']

/** What stood there: a text, or a rule, which is told by its sentence. Undefined where nothing did. */
export type Told = string | Rule | undefined

export interface Change {
  label: string
  before: Told
  after: Told
}

/** Every field that differs, named by its path. */
export function fieldChanges(before: unknown, after: unknown, path = ''): Change[] {
  if (isSame(before ?? null, after ?? null)) return []
  if (!isObject(before) && !isObject(after)) return [{ label: path, before: textOf(before), after: textOf(after) }]
  const [old, now] = [isObject(before) ? before : {}, isObject(after) ? after : {}]
  const names = [...new Set([...Object.keys(now), ...Object.keys(old)])]
  return names.flatMap((name) => fieldChanges(old[name], now[name], path ? `${path}.${name}` : name))
}

const textOf = (value: unknown) => (value === undefined || value === null || value === '' ? undefined : valueText(value))
