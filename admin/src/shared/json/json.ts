/** Text stands before truth: the framework takes an empty text for true where a property may be either, in that order. */
export type Json = null | string | number | boolean | Json[] | { [key: string]: Json }

const MOST_ON_A_LINE = 48

/** The value of a text; undefined while it is no JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Whether a value of JSON has fields. */
export const isObject = (value: unknown): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A rule as people write it: what fits on a line stands on one. */
export function written(value: Json, indent = ''): string {
  const line = JSON.stringify(value)
  if (line.length + indent.length <= MOST_ON_A_LINE || typeof value !== 'object' || value === null) return spaced(value)
  const inner = `${indent}  `
  const isArray = Array.isArray(value)
  const parts = isArray
    ? value.map((each) => `${inner}${written(each, inner)}`)
    : Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${written(each, inner)}`)
  const [open, close] = isArray ? '[]' : '{}'
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`
}

/** Whether two values are the same JSON, with the fields of objects in any order. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other))
}

/** What makes one text of another: all but their common beginning and end. Null where they are the same. */
export function difference(one: string, other: string): { from: number; to: number; insert: string } | null {
  if (one === other) return null
  const least = Math.min(one.length, other.length)
  let start = 0
  while (start < least && one[start] === other[start]) start++
  let end = 0
  while (end < least - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end++
  return { from: start, to: one.length - end, insert: other.slice(start, other.length - end) }
}

function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each)}`).join(', ')}}`
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, inOrder(value[name])]))
}
