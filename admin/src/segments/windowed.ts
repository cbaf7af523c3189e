/** Which rows of a long list are drawn: those in view, a few around them, and the one that has the focus. */

import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

/** Before and after what is in view. */
const BESIDE = 8
/** In pixels, until a row was measured. */
const USUAL = 90

/** Rows are of one height and stand in `list` by themselves (`position: absolute`), the window scrolls. */
export function useWindowed(list: Ref<HTMLElement | null>, count: () => number) {
  /** From a row's top to the next one's, in pixels. */
  const pitch = ref(USUAL)
  const first = ref(0)
  const last = ref(2 * BESIDE)
  const focused = ref(-1)
  let frame = 0
  const sizes = new ResizeObserver(look)

  function look(): void {
    const place = list.value
    if (!place) return
    pitch.value = place.querySelector('li')?.offsetHeight || pitch.value
    const above = -place.getBoundingClientRect().top
    first.value = Math.floor(above / pitch.value) - BESIDE
    last.value = Math.ceil((above + window.innerHeight) / pitch.value) + BESIDE
  }

  function soon(): void {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(look)
  }

  /** Indexes of the rows that are drawn, in their order. */
  const drawn = computed(() => {
    const [from, to] = [Math.max(first.value, 0), Math.min(last.value, count())]
    const inView = Array.from({ length: Math.max(to - from, 0) }, (_, index) => from + index)
    const other = focused.value
    if (other < 0 || other >= count() || (other >= from && other < to)) return inView
    return other < from ? [other, ...inView] : [...inView, other]
  })

  onMounted(() => {
    window.addEventListener('scroll', soon, { passive: true })
    window.addEventListener('resize', soon, { passive: true })
    sizes.observe(list.value!)
    look()
  })
  onBeforeUnmount(() => {
    window.removeEventListener('scroll', soon)
    window.removeEventListener('resize', soon)
    sizes.disconnect()
    cancelAnimationFrame(frame)
  })

  return { drawn, pitch, focused, look }
}
