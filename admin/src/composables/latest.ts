/** Asking again and again while somebody types: a moment after the last key, and only the last answer counts. */

import { onScopeDispose, ref, watch, type Ref, type WatchSource } from 'vue'

/** Calls `ask` `milliseconds` after the last change of `source`, and at once to begin with. A call that is still on its
 * way is cancelled by the next one; `ask` gets the signal for that, and its answer goes to `take` unless cancelled.
 * Returns whether an answer is still to come. */
export function useLatest<S, T>(
  source: WatchSource<S>,
  milliseconds: number,
  ask: (changed: S, signal: AbortSignal) => Promise<T>,
  take: (answer: T) => void,
): Ref<boolean> {
  const isAsking = ref(true)
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
    if (mine.signal.aborted) return
    take(answer as T)
    isAsking.value = false
  }

  watch(
    source,
    (changed, before) => {
      stop()
      isAsking.value = true
      timer = setTimeout(() => void begin(changed), before === undefined ? 0 : milliseconds)
    },
    { immediate: true, deep: true },
  )
  onScopeDispose(stop)
  return isAsking
}
