/** Segments put in another order, and switched on and off, until it is published: who would move, and the publish. */

import { computed, ref, shallowRef, watch, type Ref } from 'vue'

import { changeOf, plan as planOf, publish as put, type Plan } from '@/api/definitions'
import { ApiError } from '@/api/error'
import type { Segment } from '@/api/segments'
import { useActing } from '@/composables/acting'
import { useLatest } from '@/composables/latest'
import { inWords } from '@/words'

import { inOrderOfTrial } from './listing'
import { changed, merged, movedTo, takesBack } from './ordering'

const STALE = 412
/** A moment after the last move who would move is asked. */
const PLAN_AFTER_MS = 500

interface Planned {
  plan?: Plan
  etag: string
  error: string
}
const NOTHING: Planned = { etag: '', error: '' }

/** `reload` reads the segments again. */
export function useArranging(segments: Ref<Segment[] | undefined>, reload: () => Promise<void>) {
  /** Ids, the first tried first; undefined: as they are published. */
  const order = shallowRef<string[]>()
  const active = shallowRef<ReadonlyMap<string, boolean>>(new Map())
  const planned = shallowRef<Planned>(NOTHING)
  const { error, isBusy: isPublishing, act } = useActing()
  /** Whether somebody published since. */
  const isStale = ref(false)

  const published = computed(() => inOrderOfTrial(segments.value ?? []))
  const publishedOrder = computed(() => published.value.map((each) => each.segment_id))
  const pending = computed(() => changed(segments.value ?? [], order.value, active.value))
  /** All segments as they would be. */
  const arranged = computed(() => {
    const byId = new Map([...published.value, ...pending.value].map((each) => [each.segment_id, each]))
    return (order.value ?? publishedOrder.value).flatMap((id) => byId.get(id) ?? [])
  })
  const plan = computed(() => planned.value.plan)

  function move(from: number, to: number): void {
    order.value = unlikePublished(movedTo(order.value ?? publishedOrder.value, from, to))
  }

  const unlikePublished = (ids: string[]) => (ids.every((id, index) => id === publishedOrder.value[index]) ? undefined : ids)
  const isOnNow = (id: string) => published.value.find((each) => each.segment_id === id)?.active ?? true

  function flip(segment: Segment, isOn: boolean): void {
    const others = [...active.value].filter(([id]) => id !== segment.segment_id)
    active.value = new Map(isOn === isOnNow(segment.segment_id) ? others : [...others, [segment.segment_id, isOn]])
  }

  function undo(): void {
    order.value = undefined
    active.value = new Map()
    error.value = ''
    isStale.value = false
  }

  /** What is in force by now is no change any more; what was moved while it was published still is. */
  function settle(): void {
    order.value = order.value && unlikePublished(order.value)
    active.value = new Map([...active.value].filter(([id, isOn]) => isOn !== isOnNow(id)))
    isStale.value = false
  }

  const revision = ref(0)
  watch(pending, () => {
    planned.value = NOTHING
    revision.value++
  })
  const isPlanning = useLatest(revision, PLAN_AFTER_MS, made, (found) => {
    planned.value = found
    if (found.plan && takesBack(found.plan)) isStale.value = true
  })

  async function made(): Promise<Planned> {
    if (pending.value.length === 0) return NOTHING
    try {
      const found = await planOf(pending.value.map((each) => changeOf('segment', each)))
      return { plan: found.value, etag: found.etag, error: '' }
    } catch (problem) {
      return { etag: '', error: inWords(problem) }
    }
  }

  /** What is pending, over what is published now. */
  async function planAgain(): Promise<void> {
    await reload()
    if (order.value) order.value = merged(order.value, publishedOrder.value)
    isStale.value = false
  }

  /** Returns the new version of the namespace; undefined when it was refused. */
  async function publish(comment: string): Promise<number | undefined> {
    let version: number | undefined
    await act(async () => {
      try {
        version = (await put(pending.value.map((each) => changeOf('segment', each)), comment, planned.value.etag)).snapshot_version
        await reload()
        settle()
      } catch (problem) {
        if (!(problem instanceof ApiError && problem.status === STALE)) throw problem
        isStale.value = true
      }
    })
    return version
  }

  return {
    arranged, pending, plan, isStale, isPlanning, isPublishing, isReordered: computed(() => order.value !== undefined), switched: active,
    error: computed(() => error.value || planned.value.error), move, flip, undo, planAgain, publish,
  }
}

export type Arranging = ReturnType<typeof useArranging>
