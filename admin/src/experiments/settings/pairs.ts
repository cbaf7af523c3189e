/** An object of JSON as rows of a name and a text: what is no text is written as JSON. */

import { parsed, type Json } from '@/shared/json/json'

export interface Pair {
  name: string
  value: string
}

export const pairsOf = (object: Record<string, unknown>): Pair[] =>
  Object.entries(object).map(([name, value]) => ({ name, value: isPlain(value) ? value : JSON.stringify(value) }))

/** The same back: rows without a name are left out. */
export const objectOf = (pairs: Pair[]): Record<string, unknown> =>
  Object.fromEntries(pairs.filter(({ name }) => name !== '').map(({ name, value }) => [name, meant(value)]))

/** A text that would be read as something else is written in quotes. */
const isPlain = (value: unknown): value is string => typeof value === 'string' && parsed(value) === undefined

function meant(text: string): Json {
  const read = parsed(text)
  return read === undefined ? text : read
}
