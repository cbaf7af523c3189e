/** From a plan to a publish: a plan is published only while nothing else was. */

import { ref, shallowRef, type Ref } from 'vue'

import { changeOf, getDefinition, plan as planOf, publish as put, type Bodies, type Kind, type Plan } from '@/api/definitions'
import { ApiError, ifThere } from '@/api/error'
import { useActing } from '@/composables/acting'
import { isSame } from '@/shared/json/json'

import { copy } from './editing'

const STALE = 412

export function usePublishing<K extends Kind>(kind: K, identifier: () => string, edited: () => Bodies[K], etag: Ref<string>) {
  const plan = shallowRef<Plan>()
  /** What was in force when the plan was made. */
  const inForce = shallowRef<Bodies[K]>()
  const planEtag = ref('')
  const { error, isBusy, act } = useActing()
  /** Somebody published since the plan; `theirs` when they changed this object. */
  const conflict = ref<'none' | 'elsewhere' | 'theirs'>('none')

  const makePlan = () => act(planned)

  /** What was changed while the plan was on its way is not in it: then there is none. */
  async function planned(): Promise<void> {
    const body = copy(edited())
    const found = await planOf([changeOf(kind, body)])
    conflict.value = (await tagInForce()) === etag.value ? 'none' : 'theirs'
    if (isSame(body, edited())) [plan.value, planEtag.value] = [found.value, found.etag]
  }

  /** Plans again, on top of what others published. */
  const keepMine = () =>
    act(async () => {
      etag.value = await tagInForce()
      await planned()
    })

  /** Publishes the plan. Returns the new snapshot version; undefined when it was refused. */
  async function publish(comment: string): Promise<number | undefined> {
    let version: number | undefined
    await act(async () => {
      try {
        version = (await put([changeOf(kind, edited())], comment, planEtag.value)).snapshot_version
        plan.value = undefined
      } catch (problem) {
        if (!(problem instanceof ApiError && problem.status === STALE)) throw problem
        conflict.value = (await tagInForce()) === etag.value ? 'elsewhere' : 'theirs'
      }
    })
    return version
  }

  /** Reads what is in force. Returns its tag; empty while there is none. */
  async function tagInForce(): Promise<string> {
    const found = await ifThere(getDefinition(kind, identifier()))
    inForce.value = found?.value
    return found?.etag ?? ''
  }

  return { plan, inForce, error, isBusy, conflict, act, makePlan, keepMine, publish }
}
