/** A row that is dragged by its handle to another place; Escape puts it back. */

import { onBeforeUnmount, ref, type Ref } from 'vue'

/** In pixels: so near to an edge of the window it scrolls, by so much a frame. */
const EDGE = 90
const STEP = 14

export function useDragging(list: Ref<HTMLElement | null>, pitch: Ref<number>, count: () => number, drop: (from: number, to: number) => void) {
  /** Where the row comes from, and where it would go; -1 while none is dragged. */
  const from = ref(-1)
  const to = ref(-1)
  let y = 0
  let frame = 0

  function start(event: PointerEvent, index: number): void {
    if (event.button !== 0) return
    ;[from.value, to.value, y] = [index, index, event.clientY]
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', end)
    window.addEventListener('pointercancel', stop)
    window.addEventListener('keydown', escape)
    frame = requestAnimationFrame(scroll)
  }

  function move(event: PointerEvent): void {
    y = event.clientY
    look()
  }

  function look(): void {
    const above = list.value?.getBoundingClientRect().top ?? 0
    to.value = Math.min(Math.max(Math.floor((y - above) / pitch.value), 0), count() - 1)
  }

  function scroll(): void {
    if (y < EDGE) window.scrollBy(0, -STEP)
    else if (y > window.innerHeight - EDGE) window.scrollBy(0, STEP)
    look()
    frame = requestAnimationFrame(scroll)
  }

  function end(): void {
    const [start, target] = [from.value, to.value]
    stop()
    if (start !== target) drop(start, target)
  }

  function stop(): void {
    ;[from.value, to.value] = [-1, -1]
    cancelAnimationFrame(frame)
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', end)
    window.removeEventListener('pointercancel', stop)
    window.removeEventListener('keydown', escape)
  }

  const escape = (event: KeyboardEvent) => void (event.key === 'Escape' && stop())

  onBeforeUnmount(stop)
  return { from, to, start }
}
