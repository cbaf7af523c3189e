/** Versions of models, put together by model. */

import type { Model } from '@/api/models'

export interface Family {
  id: string
  /** The version in use; without one there is none that predicts. */
  active: Model | undefined
  /** The newest first. */
  versions: Model[]
}

export function familiesOf(models: Model[]): Family[] {
  const ids = [...new Set(models.map((each) => each.model_id))].sort()
  return ids.map((id) => {
    const versions = models.filter((each) => each.model_id === id).sort((one, other) => other.version - one.version)
    return { id, versions, active: versions.find((each) => each.state === 'active') }
  })
}

/** The version that is put to use by going back: the one that was so before. */
export function before({ versions, active }: Family): Model | undefined {
  const used = versions.filter((each) => each.version !== active?.version && each.activated_at)
  return used.sort((one, other) => other.activated_at!.localeCompare(one.activated_at!))[0]
}
