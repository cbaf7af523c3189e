/** Knobs as a layer sets them: a value for each that is set, and what holds below for the others. */

import type { Knob } from '@/api/profiles'
import { without } from '@/shared/values'

export type KnobValue = number | boolean

/** A definition that sets knobs beside its other fields. */
export type Layer = Record<string, unknown>

/** The same with every knob flat: a stored draft may have them in their groups. */
export function flat<L extends Layer>(layer: L, knobs: Knob[]): L {
  const groups = new Set(knobs.map((each) => each.group))
  const rest = Object.entries(layer).flatMap(([name, value]) => (groups.has(name) ? Object.entries(value as Layer) : [[name, value] as const]))
  return Object.fromEntries(rest) as L
}

export const valueIn = (layer: Layer, knob: Knob): KnobValue | undefined => layer[knob.name] as KnobValue | undefined

/** What a knob is: as the layer sets it, else as it is below. */
export const valueOf = (layer: Layer, knob: Knob, below: KnobValue = knob.value): KnobValue => valueIn(layer, knob) ?? below

/** The same layer with one knob set; undefined takes it out. */
export function withKnob<L extends Layer>(layer: L, knob: Knob, value: KnobValue | undefined): L {
  const others = without(layer, knob.name)
  return (value === undefined ? others : { ...others, [knob.name]: value }) as L
}

/** The knobs that a layer sets to something else than holds below. */
export const differing = (layer: Layer, knobs: Knob[]): Knob[] =>
  knobs.filter((each) => (valueIn(layer, each) ?? each.value) !== each.value)

export const grouped = (knobs: Knob[]): [group: string, knobs: Knob[]][] =>
  [...new Set(knobs.map((each) => each.group))].map((group) => [group, knobs.filter((each) => each.group === group)])

/** How much of the whole each weight is, by name; of weights that are all 0, none. */
export function shares(layer: Layer, knobs: Knob[]): Record<string, number> {
  const weights = knobs.filter((each) => each.unit === 'weight').map((each) => [each.name, Number(valueOf(layer, each))] as const)
  const sum = weights.reduce((total, [, weight]) => total + weight, 0)
  return Object.fromEntries(weights.map(([name, weight]) => [name, sum ? weight / sum : 0]))
}

/** The number that was typed; undefined while it is none that the knob may be. */
export function typedNumber(text: string, knob: Knob): number | undefined {
  const number = Number(text)
  const isNumber = text.trim() !== '' && Number.isFinite(number) && (knob.type !== 'integer' || Number.isInteger(number))
  return isNumber && number >= knob.minimum! && number <= knob.maximum! ? number : undefined
}

/** How many places a slider has. */
export const PLACES = 1000

/** Wide ranges are mostly used at their lower end, so a slider gives that more room. */
function powerOf(knob: Knob): number {
  const range = knob.maximum! - knob.minimum!
  return range > 100 ? 3 : range > 1 ? 2 : 1
}

export const placeOf = (value: number, knob: Knob): number =>
  Math.round(PLACES * ((value - knob.minimum!) / (knob.maximum! - knob.minimum!)) ** (1 / powerOf(knob)))

export const valueAt = (place: number, knob: Knob): number =>
  stepped(knob.minimum! + (knob.maximum! - knob.minimum!) * (place / PLACES) ** powerOf(knob), knob)

/** So many steps further, inside the range. */
export const moved = (value: number, steps: number, knob: Knob): number => stepped(value + steps * knob.step!, knob)

function stepped(value: number, knob: Knob): number {
  const digits = Math.max(0, -Math.floor(Math.log10(knob.step!)))
  return Math.min(knob.maximum!, Math.max(knob.minimum!, Number(value.toFixed(digits))))
}
