/** The reader's language: what they chose, and what their browser prefers until then. */

const STORED_AS = 'tessella.language'

/** Each by its own name. */
export const LANGUAGES = { en: 'English', es: 'Español' } as const

export type Language = keyof typeof LANGUAGES

const isOurs = (name: string | undefined): name is Language => name !== undefined && name in LANGUAGES

const preferred = () => navigator.languages.map((each) => each.slice(0, 2)).find(isOurs)
/** Tests have no storage. */
const chosen = () => globalThis.localStorage?.getItem(STORED_AS) ?? undefined

export const language: Language = [chosen(), preferred()].find(isOurs) ?? 'en'

/** Shows the whole app in another language. What was typed and not kept is asked about first. */
export function choose(other: Language): void {
  localStorage.setItem(STORED_AS, other)
  window.location.reload()
}
