/** How somebody comes in: with a session that they have already, or by a link that opens the app once. */

import { shallowRef } from 'vue'

import { enterByLink, readSession } from '@/api/session'
import { session } from '@/composables/session'
import { inWords, words } from '@/words'

import { tellTabs } from './tabs'

const LINK = '#enter='

const isLink = () => window.location.hash.startsWith(LINK)

/** What the address's link opens the app with; none where it is no link. */
const link = taken()

/** Takes it out of the address, before the router remembers that: it works once, and is nobody else's business. */
function taken(): string | undefined {
  if (!isLink()) return undefined
  const { hash, pathname, search } = window.location
  window.history.replaceState(null, '', pathname + search)
  return hash.slice(LINK.length)
}

export const entrance = {
  /** Whether it is known who comes in, or that nobody does. */
  isOver: shallowRef(false),
  /** Why the link did not open the app; empty while it did, or where there was none. */
  refusal: '',
}

/** Takes up the session of the address's link, else of the cookie. Without either the reader is asked for a key. */
export async function enter(): Promise<void> {
  window.addEventListener('hashchange', () => isLink() && window.location.reload()) // it was pasted into an open page
  try {
    await (link === undefined ? resume() : enterBy(link))
  } finally {
    entrance.isOver.value = true
  }
}

async function enterBy(code: string): Promise<void> {
  try {
    session.begin(await enterByLink(decodeURIComponent(code)))
    tellTabs()
  } catch {
    await resume()
    if (!session.isOpen.value) entrance.refusal = words.signIn.linkRefused
  }
}

async function resume(): Promise<void> {
  try {
    session.begin(await readSession())
  } catch (problem) {
    const refusal = inWords(problem)
    entrance.refusal = refusal === words.problems[401] ? '' : refusal
  }
}
