/** How a game is declared: what its metrics are in words, and whether there is a legacy system. */

import { shallowRef } from 'vue'

import { getDefinition, type Bodies } from '@/api/definitions'
import { ifGiven } from '@/api/error'
import { session } from '@/composables/session'

/** The game as it is declared; undefined until it is read, and for who may not read it: figures do without. */
export function useSetup(gameId: string) {
  const setup = shallowRef<Bodies['game']>()

  async function read(): Promise<void> {
    setup.value = (await ifGiven(getDefinition('game', gameId)))?.value
  }

  if (session.may('games.read')) void read()
  return setup
}

export type Setup = Bodies['game'] | undefined

export const describedAs = (setup: Setup, metric: string): string => setup?.metrics[metric]?.description ?? ''
