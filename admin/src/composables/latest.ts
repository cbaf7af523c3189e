/** Asking again and again while somebody types: a moment after the last key, and only the last answer counts. */

import { onScopeDispose, watch, type WatchSource } from 'vue'

/** Calls `ask` `milliseconds` after the last change of `source`, and at once to begin with. A call that is still on its
 * way is cancelled by the next one; `ask` gets the signal for that, and its answer goes to `take` unless cancelled. */
export function useLatest<S, T>(
  source: WatchSource<S>,
  milliseconds: number,
  ask: (changed: S, signal: AbortSignal) => Promise<T>,
  take: (answer: T) => void,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: AbortController | undefined

  function stop(): void {
    clearTimeout(timer)
    running?.abort()
  }

  async function begin(changed: S): Promise<void> {
    const mine = (running = new AbortController())
    const answer = await ask(changed, mine.signal).catch((problem: unknown) => {
      if (mine.signal.aborted) return undefined
      throw problem
    })
    if (!mine.signal.aborted) take(answer as T)
  }

  watch(
    source,
    (changed, before) => {
      stop()
      timer = setTimeout(() => void begin(changed), before === undefined ? 0 : milliseconds)
    },
    { immediate: true, deep: true },
  )
  onScopeDispose(stop)
}
