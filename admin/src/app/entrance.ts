/** How somebody comes in: with a session that they have already, or by a link that opens the app once. */

import { enterByLink, readSession } from '@/api/session'
import { session } from '@/composables/session'
import { inWords, words } from '@/words'

import { tellTabs } from './tabs'

const LINK = '#enter='

const isLink = () => window.location.hash.startsWith(LINK)

/** Why the link did not open the app; empty while it did, or where there was none. */
export const entrance = { refusal: '' }

/** Takes up the session of the address's link, else of the cookie. Without either the reader is asked for a key. */
export async function enter(): Promise<void> {
  window.addEventListener('hashchange', () => isLink() && window.location.reload()) // it was pasted into an open page
  const { hash, pathname, search } = window.location
  if (!isLink()) return resume()
  window.history.replaceState(null, '', pathname + search) // it works once, and is nobody else's business
  try {
    session.begin(await enterByLink(decodeURIComponent(hash.slice(LINK.length))))
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
