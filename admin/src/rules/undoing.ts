/** Taking changes back, and doing them again. What is typed in one go, with `isTyping`, is one change. */

import { computed, shallowRef, watch } from 'vue'

/** A pause that ends a run of typing. */
const PAUSE_MS = 700
const MOST = 200

/** `current` gives what may be taken back, as an object that is another one after each change; `put` sets it. */
export function useUndoing<T>(current: () => T, put: (state: T) => void, isTyping: () => boolean) {
  const past = shallowRef<T[]>([])
  const future = shallowRef<T[]>([])
  let changedAt = -PAUSE_MS
  let isOurs = false

  watch(current, (_now, before) => {
    const now = performance.now()
    if (!isOurs) {
      const isSameRun = isTyping() && now - changedAt < PAUSE_MS && past.value.length > 0
      if (!isSameRun) past.value = [...past.value, before].slice(-MOST)
      future.value = []
      changedAt = isTyping() ? now : -PAUSE_MS
    }
    isOurs = false
  })

  function undo(): void {
    const before = past.value.at(-1)
    if (before === undefined) return
    past.value = past.value.slice(0, -1)
    future.value = [...future.value, current()]
    set(before)
  }

  function redo(): void {
    const next = future.value.at(-1)
    if (next === undefined) return
    future.value = future.value.slice(0, -1)
    past.value = [...past.value, current()]
    set(next)
  }

  function set(state: T): void {
    isOurs = true
    changedAt = -PAUSE_MS
    put(state)
  }

  return { undo, redo, canUndo: computed(() => past.value.length > 0), canRedo: computed(() => future.value.length > 0) }
}
