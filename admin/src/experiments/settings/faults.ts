/** What is wrong with an experiment while it is written, told at the field that it is about. */

import { computed, inject, provide, ref, type InjectionKey, type Ref } from 'vue'

import { ApiError, type Fault } from '@/api/error'
import { faultsOf, type Experiment } from '@/api/experiments'
import { useLatest } from '@/composables/latest'
import { within } from '@/definitions/checking'

const WAIT_MS = 400
/** Stands in for an id that is not given yet, so that the rest is looked at. */
const STAND_IN = 'new'

/** By pointer into the experiment; of the experiment itself under `/experiment_id`. */
export type FaultsAt = Map<string, Fault[]>

export function byField(faults: Fault[]): FaultsAt {
  const found: FaultsAt = new Map()
  for (const each of faults) {
    const at = within(each.pointer) || '/experiment_id'
    found.set(at, [...(found.get(at) ?? []), each])
  }
  return found
}

interface Shown {
  at: Ref<FaultsAt>
  /** Also what nobody has touched yet is told. */
  isAll: Ref<boolean>
}

const KEY: InjectionKey<Shown> = Symbol('faults of an experiment')

/** Looks at what is written a moment after the last key, and tells the fields within. */
export function useFaults(experiment: () => Experiment) {
  const at = ref<FaultsAt>(new Map())
  const isAll = ref(false)
  const isAsking = useLatest(experiment, WAIT_MS, asked, (found) => (at.value = byField(found)))
  provide(KEY, { at, isAll })
  return { at, isAll, isAsking, count: computed(() => [...at.value.values()].flat().length) }
}

/** What cannot be asked now is told when it is planned. */
async function asked(experiment: Experiment): Promise<Fault[]> {
  try {
    return await faultsOf({ ...experiment, experiment_id: experiment.experiment_id || STAND_IN })
  } catch (problem) {
    if (problem instanceof ApiError) return problem.faults
    throw problem
  }
}

/** The faults of one field, and whether they are told before it was touched. */
export function useFaultsAt(pointer: () => string) {
  const shown = inject(KEY)!
  return { faults: computed(() => shown.at.value.get(pointer()) ?? []), isAll: shown.isAll }
}
