import { expect, it } from 'vitest'

import type { Knob } from '@/api/profiles'

import { provenanceOf } from './layers'

const knob = (name: string, fields: Partial<Knob> = {}): Knob => ({
  name, path: `blend.${name}`, group: 'blend', label: '', help: '', type: 'number', unit: 'weight',
  minimum: 0, maximum: 10, step: 0.01, default: 1, value: 1, layer: 'built_in', ...fields,
})

it('a value has the layer that set it, and what that overrode', () => {
  const [alpha, beta, gamma] = provenanceOf(
    [knob('alpha'), knob('beta'), knob('gamma', { layer: 'env', value: 3 })],
    { config: { alpha: 9, beta: 1, gamma: 2 }, provenance: { alpha: 'request', beta: 'built_in', gamma: 'profile' } },
    { namespace: { alpha: 0.6 }, profile: { profile_id: 'p', blend: { alpha: 2, gamma: 2 } }, request: { alpha: 9 } },
  )
  expect([alpha!.won, alpha!.overrode]).toEqual([
    { layer: 'request', value: 9 },
    [{ layer: 'profile', value: 2 }, { layer: 'namespace', value: 0.6 }, { layer: 'built_in', value: 1 }],
  ])
  expect([beta!.won, beta!.overrode]).toEqual([{ layer: 'built_in', value: 1 }, []])
  expect(gamma!.overrode).toEqual([{ layer: 'env', value: 3 }, { layer: 'built_in', value: 1 }])
})
