/** Who came and who left, by calculation. */

import { listChanges, type MembershipChange } from '@/api/segments'

const PAGE = 1000
const MOST_PAGES = 10

export interface Flow {
  asOf: string
  entered: number
  left: number
}

export interface Flows {
  flows: Flow[]
  /** Whether there are more changes than were read. */
  isCut: boolean
}

export const flowsOf = (changes: MembershipChange[]): Flow[] => {
  const found = new Map<string, Flow>()
  for (const { as_of: asOf, event } of changes) {
    const flow = found.get(asOf) ?? { asOf, entered: 0, left: 0 }
    flow[event === 'segment.entered' ? 'entered' : 'left']++
    found.set(asOf, flow)
  }
  return [...found.values()]
}

export async function readFlows(id: string): Promise<Flows> {
  const changes: MembershipChange[] = []
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next_cursor } = await listChanges(id, cursor, PAGE)
    changes.push(...items)
    cursor = next_cursor
    if (items.length < PAGE) return { flows: flowsOf(changes), isCut: false }
  }
  return { flows: flowsOf(changes), isCut: true }
}
