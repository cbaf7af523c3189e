/** One browser has one session, whatever the number of tabs: who signs in or out in one is told to the others. */

import { readSession } from '@/api/session'
import { session } from '@/composables/session'

const channel = new BroadcastChannel('tessella.session')

/** Says that the cookie is another one, or gone. */
export const tellTabs = (): void => channel.postMessage('')

/** Looks whose the cookie is, each time that another tab says so. */
export function hearTabs(): void {
  channel.onmessage = () => void readSession().then(session.meet, () => undefined) // without one, the pages wait for one
}
