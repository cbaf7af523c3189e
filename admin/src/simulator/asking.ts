/** What is simulated: read from the address, so that what was found can be sent to somebody. */

import { ref, shallowRef } from 'vue'

import { ApiError } from '@/api/error'
import { simulateItems, type Asked, type SimulatedItems } from '@/api/simulator'
import type { Item } from '@/api/profiles'
import { faultsOf, learnItems } from '@/profiles/comparing'

/** How many of those that fell out are named. */
export const NAMED = 10

export interface Simulation {
  asked: Asked
  found: SimulatedItems
  items: Map<string, Item>
}

export function useSimulation() {
  const simulation = shallowRef<Simulation>()
  const error = ref('')
  const isAsking = ref(false)
  let last = 0

  /** Only the answer to what was asked last counts. */
  async function run(asked: Asked): Promise<void> {
    const mine = ++last
    isAsking.value = true
    try {
      const found = await simulateItems(asked)
      const items = await learnItems(namedIn(found))
      if (mine === last) [simulation.value, error.value] = [{ asked, found, items }, '']
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem
      if (mine === last) error.value = faultsOf(problem)
    } finally {
      if (mine === last) isAsking.value = false
    }
  }

  return { simulation, error, isAsking, run }
}

const namedIn = ({ items, trace }: SimulatedItems): string[] => [
  ...items.map((each) => each.item_id),
  ...(trace?.fell_out ?? []).flatMap((each) => each.item_ids.slice(0, NAMED)),
]
