import { expect, it } from 'vitest'

import type { Model } from '@/api/models'

import { before, familiesOf } from './families'

const model = (version: number, state: 'active' | 'kept', activated_at: string | null, model_id = 'churn'): Model => ({
  model_id, version, state, activated_at, target: 'churn', predictor: 'boosting', features: [], outputs: [], trained_at: '', cut: '', placeholder: false,
})

const MODELS = [model(1, 'kept', '2026-01-01'), model(3, 'active', '2026-01-03'), model(2, 'kept', null), model(1, 'kept', null, 'nbo')]

it('puts versions together, the newest first', () => {
  const [churn, nbo] = familiesOf(MODELS)
  expect([churn!.id, churn!.active?.version, churn!.versions.map((each) => each.version)]).toEqual(['churn', 3, [3, 2, 1]])
  expect([nbo!.id, nbo!.active]).toEqual(['nbo', undefined])
})

it('goes back to the version that was in use before, and to none that never was', () => {
  const [churn, nbo] = familiesOf(MODELS)
  expect([before(churn!)?.version, before(nbo!)]).toEqual([1, undefined])
})
