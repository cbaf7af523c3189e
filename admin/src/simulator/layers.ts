/** Which layers say something about each knob, and which of them wins. */

import type { Campaign, Defaults, Knob, Profile } from '@/api/profiles'
import { flat, type KnobValue, type Layer } from '@/profiles/knobs'

export interface Said {
  layer: string
  value: KnobValue
}

export interface Provenance {
  knob: Knob
  /** What holds, and where it comes from. */
  won: Said
  /** What it overrode, the strongest first. */
  overrode: Said[]
}

export interface Layers {
  namespace?: Defaults
  profile?: Profile
  campaign?: Campaign
  request: Layer
}

interface Decided {
  config: Record<string, KnobValue>
  provenance: Record<string, string>
}

const ORDER = ['built_in', 'env', 'namespace', 'profile', 'campaign', 'experiment', 'request']

/** What is below the layer that won, as far as the definitions tell: the environment and variants are told by the server alone. */
export function provenanceOf(knobs: Knob[], { config, provenance }: Decided, layers: Layers): Provenance[] {
  const written: Record<string, Layer> = {
    namespace: flat(layers.namespace ?? {}, knobs),
    profile: flat(layers.profile ?? {}, knobs),
    campaign: flat(layers.campaign?.overrides ?? {}, knobs),
    request: flat(layers.request, knobs),
  }
  return knobs.map((knob) => {
    const winner = provenance[knob.name] ?? 'built_in'
    const below = ORDER.slice(0, ORDER.indexOf(winner)).reverse()
    return { knob, won: { layer: winner, value: config[knob.name]! }, overrode: below.flatMap((layer) => saidBy(layer, knob, written)) }
  })
}

function saidBy(layer: string, knob: Knob, written: Record<string, Layer>): Said[] {
  const isEnvironment = layer === 'env' && knob.layer === 'env'
  const value = layer === 'built_in' ? knob.default : isEnvironment ? knob.value : (written[layer]?.[knob.name] as KnobValue | undefined)
  return value === undefined ? [] : [{ layer, value }]
}
