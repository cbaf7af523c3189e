/** Whom the reader looked for by their id: in memory only, so that it stands in no address and in no storage. */

import { shallowRef } from 'vue'

interface Known {
  subject: string
  /** What the audit calls them. */
  hash: string
}

const known = shallowRef<Known>()
/** Somebody to look for when the audit opens. */
const wanted = shallowRef('')

/** The id behind a pseudonym, where the reader has told it. */
export const subjectOf = (hash: string | null | undefined): string | null => (hash && known.value?.hash === hash ? known.value.subject : null)

export const remember = (subject: string, hash: string): void => void (known.value = { subject, hash })

export function forget(): void {
  known.value = undefined
  wanted.value = ''
}

/** For links to the audit: `<RouterLink to="/audit" @click="lookFor(subject)">`. */
export const lookFor = (subject: string): void => void (wanted.value = subject)

export function takeWanted(): string {
  const subject = wanted.value
  wanted.value = ''
  return subject
}
