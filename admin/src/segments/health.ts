/** What predictions say of many segments: asked for a few at a time, as they are looked at. */

import { onScopeDispose, reactive, watch, type Ref } from 'vue'

import { ApiError } from '@/api/error'
import { statsOf, type SegmentStats } from '@/api/segments'

const AT_ONCE = 3

export interface Health {
  stats?: SegmentStats
  /** Why there is none. */
  problem: string
}

export function useHealth(wanted: Ref<string[]>) {
  const known = reactive(new Map<string, Health>())
  const asked = new Set<string>()
  const waiting: string[] = []
  const gone = new AbortController()
  let running = 0
  onScopeDispose(() => gone.abort())

  async function ask(): Promise<void> {
    running++
    for (let id = waiting.shift(); id !== undefined && !gone.signal.aborted; id = waiting.shift()) known.set(id, await healthOf(id))
    running--
  }

  async function healthOf(id: string): Promise<Health> {
    try {
      return { stats: await statsOf(id, 'first', gone.signal), problem: '' }
    } catch (problem) {
      return { problem: problem instanceof ApiError ? problem.message : '' }
    }
  }

  watch(wanted, (ids) => {
    const fresh = ids.filter((id) => !asked.has(id))
    for (const id of fresh) asked.add(id)
    waiting.push(...fresh)
    for (let more = Math.min(AT_ONCE - running, waiting.length); more > 0; more--) void ask()
  }, { immediate: true })

  return known
}
