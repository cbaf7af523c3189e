/** The heat map of an experiment: a row for each segment, a column for each variant. */

import type { Cell, SegmentSaid, VariantSaid } from '@/api/experiments'
import type { Colours } from '@/charts/colours'
import { sizeText } from '@/shared/numbers'
import { words } from '@/words'

import type { Measure } from '../measure'
import { inkOn, isDark, shadeOf } from '../shades'

/** Rows that are drawn: the table has all. */
export const MOST_ROWS = 30
const LETTERS = 24

export interface Heat {
  segments: SegmentSaid[]
  variants: VariantSaid[]
  nameOf: (segment: string) => string
  measure: Measure
}

/** The largest segment first. */
export const bySize = (segments: SegmentSaid[]): SegmentSaid[] => [...segments].sort((one, other) => other.units - one.units)

export const cellOf = (segment: SegmentSaid | undefined, variant: string): Cell | undefined =>
  segment?.variants.find((each) => each.variant_id === variant)

type Chosen = [segment: string, variant: string]

const isChosen = (segment: SegmentSaid, variant: VariantSaid, [key, id]: Chosen) => segment.segment_key === key && variant.variant_id === id

/** As they are drawn: the chosen one last, so that its border lies over its neighbours. */
function cellsOf({ segments, variants }: Heat, chosen: Chosen) {
  const cells = segments.flatMap((segment, row) => variants.map((variant, column) => ({ segment, variant, row, column, cell: cellOf(segment, variant.variant_id) })))
  return cells.sort((one, other) => Number(isChosen(one.segment, one.variant, chosen)) - Number(isChosen(other.segment, other.variant, chosen)))
}

/** Which segment and variant a drawn cell is of. */
export function pickedOf(heat: Heat, chosen: Chosen, index: number): Chosen {
  const { segment, variant } = cellsOf(heat, chosen)[index]!
  return [segment.segment_key, variant.variant_id]
}

export const tableOf = ({ segments, variants, nameOf, measure }: Heat): (string | number)[][] =>
  segments.flatMap((segment) =>
    variants.map(({ variant_id, name }) => {
      const cell = cellOf(segment, variant_id)
      return [nameOf(segment.segment_key), name, measure.value(cell?.mean), measure.range(cell?.interval), cell?.units ?? 0, cell?.rewarded ?? 0]
    }),
  )

const shortened = (text: string) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text)

/** What is written into a cell: what a unit brings, where that lies, and of how many. */
const told = (cell: Cell | undefined, measure: Measure) =>
  cell && cell.units > 0 ? `{value|${measure.value(cell.mean)}}\n${measure.range(cell.interval)}\n${words.experiments.unitsOf(sizeText(cell.units))}` : words.experiments.nobodyYet

export function heatOption(heat: Heat, chosen: Chosen, colours: Colours): object {
  const { segments, variants, nameOf, measure } = heat
  const cells = cellsOf(heat, chosen)
  const means = cells.flatMap(({ cell }) => (cell && cell.units > 0 && cell.mean !== null ? [cell.mean] : []))
  const [least, most] = [Math.min(...means), Math.max(...means)]
  const isNight = isDark(colours.card)
  /** From 0, the least, to 1, the most; below 0 where nobody was. */
  const placeOf = (cell: Cell | undefined) => (!cell || cell.units === 0 || cell.mean === null ? -1 : most > least ? (cell.mean - least) / (most - least) : 0.5)
  const fillOf = (place: number) => (place < 0 ? colours.card : shadeOf(place, isNight))
  const axis = (data: string[]) => ({ type: 'category', data, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } } })
  return {
    tooltip: { formatter: ({ data }: { data: { about: string } }) => data.about },
    grid: { left: 8, right: 8, top: 32, bottom: 4, containLabel: true },
    xAxis: { ...axis(variants.map((each) => shortened(each.name))), position: 'top', axisLabel: { color: colours.text, interval: 0 } },
    yAxis: { ...axis(segments.map((each) => shortened(nameOf(each.segment_key)))), inverse: true, axisLabel: { color: colours.text, interval: 0, width: 130, overflow: 'break', lineHeight: 14 } },
    visualMap: { show: false, dimension: 3, min: -1, max: 1, inRange: { color: [fillOf(-1), fillOf(0), fillOf(1)] } },
    series: [{
      type: 'heatmap',
      label: { show: true, lineHeight: 15, fontSize: 11 },
      data: cells.map(({ segment, variant, row, column, cell }) => {
        const place = placeOf(cell)
        const fill = fillOf(place)
        const border = isChosen(segment, variant, chosen) ? { borderColor: colours.warn, borderWidth: 3 } : { borderColor: colours.card, borderWidth: 2 }
        return {
          value: [column, row, cell?.mean ?? 0, place],
          about: `${nameOf(segment.segment_key)}\n${variant.name}`,
          itemStyle: border,
          label: { color: inkOn(fill), formatter: told(cell, measure), rich: { value: { color: inkOn(fill), fontSize: 14, fontWeight: 'bold', lineHeight: 19 } } },
        }
      }),
    }],
  }
}
