/** What a role may do, by what it is about. */

import type { SessionShown } from '@/api/session'
import { words } from '@/words'

/** Those that have a name: an operation that a newer server has besides is told by that. */
type Known = keyof { [K in keyof SessionShown['operations'] as string extends K ? never : number extends K ? never : K]: true }
type Split<O> = O extends `${infer A}.${infer V}` ? [A, V] : [O, 'do']
export type Area = Split<Known>[0]
export type Verb = Split<Known>[1]

export interface Allowed {
  name: string
  text: string
  /** Only for the subject that the key speaks for. */
  isOwn: boolean
}

/** Every area with what may be done in it, in the order in which they are told. */
export function grouped(operations: Partial<Record<string, string>>): [area: string, allowed: Allowed[]][] {
  const found = new Map<string, Allowed[]>()
  for (const [name, extent] of Object.entries(operations)) {
    const [area, verb = 'do'] = name.split('.') as [Area, Verb]
    const title = (words.keys.areas as Record<string, string>)[area] ?? area
    const text = (words.keys.verbs as Record<string, string>)[verb] ?? verb
    found.set(title, [...(found.get(title) ?? []), { name, text, isOwn: extent === 'own' }])
  }
  return [...found].sort(([one], [other]) => one.localeCompare(other))
}
