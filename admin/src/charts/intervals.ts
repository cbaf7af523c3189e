/** A chart of estimates with their intervals, one row each: a dot, and a line from bound to bound. */

import type { Colours } from './colours'

const ROW_PX = 40
const AXIS_PX = 42
const LEGEND_PX = 34
const NAME_PX = 140
const MOST_LETTERS = 44
const CAP_PX = 6

export interface Estimated {
  name: string
  /** What is estimated, and where it lies; none as long as that is not known. */
  value: number | null
  low?: number | null
  high?: number | null
  /** What was counted, which is something else. */
  seen?: number | null
  /** A dot that is hollow: what the others are measured against. */
  isPlain?: boolean
}

interface Labels {
  value: string
  /** Only where some rows have it. */
  seen?: string
}

interface Axes {
  value: (dimension: number) => number
  coord: (point: [number, number]) => [number, number]
}

const isKnown = (value: number | null | undefined): value is number => typeof value === 'number'

export const heightOf = (rows: Estimated[]): number => AXIS_PX + (hasSeen(rows) ? LEGEND_PX : 0) + rows.length * ROW_PX

const hasSeen = (rows: Estimated[]) => rows.some(({ seen }) => isKnown(seen))

/** `text` writes a value; `hasZero` draws the line where nothing differs. */
export function intervalOption(rows: Estimated[], labels: Labels, text: (value: number) => string, colours: Colours, hasZero = false): object {
  const isLegend = hasSeen(rows)
  const ink = (index: number) => (rows[index]!.isPlain ? colours.muted : colours.series[0]!)
  const zero = { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colours.text, type: 'dashed' }, data: [{ xAxis: 0 }] }
  return {
    tooltip: { formatter: ({ seriesIndex, value }: { seriesIndex: number; value: number[] }) => told(rows[value.at(-1)!]!, seriesIndex === 2, labels, text) },
    ...(isLegend ? { legend: { bottom: 0, textStyle: { color: colours.text }, data: rows.some(({ value }) => isKnown(value)) ? [labels.value, labels.seen] : [labels.seen] } } : {}),
    grid: { left: 8, right: 24, top: 8, bottom: isLegend ? LEGEND_PX : 8, containLabel: true },
    xAxis: { type: 'value', scale: !hasZero, splitNumber: 4, axisLabel: { color: colours.muted, formatter: (value: number) => text(value), hideOverlap: true }, splitLine: { lineStyle: { color: colours.line } } },
    yAxis: {
      type: 'category', inverse: true, data: rows.map((each) => shortened(each.name)), axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { color: colours.text, width: NAME_PX, overflow: 'break', lineHeight: 14 },
    },
    series: [
      { type: 'custom', data: barsOf(rows), encode: { x: [0, 1], y: 2 }, z: 2, renderItem: (_: unknown, axes: Axes) => bar(axes, ink(axes.value(2))) },
      {
        type: 'scatter', name: labels.value, symbolSize: 11, z: 3, itemStyle: { color: colours.series[0] }, ...(hasZero ? { markLine: zero } : {}),
        data: dotsOf(rows, ({ value }) => value).map((value) => ({ value, itemStyle: { color: rows[value[1]]!.isPlain ? colours.card : ink(value[1]), borderColor: ink(value[1]), borderWidth: 2 } })),
      },
      {
        type: 'scatter', name: labels.seen, symbol: 'diamond', symbolSize: 11, z: 1, itemStyle: { color: colours.card, borderColor: colours.muted, borderWidth: 2 },
        data: dotsOf(rows, ({ seen }) => seen),
      },
    ],
  }
}

const shortened = (name: string) => (name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name)

/** Where each dot stands: its value, and its row. */
const dotsOf = (rows: Estimated[], of: (row: Estimated) => number | null | undefined): [number, number][] =>
  rows.flatMap((each, index): [number, number][] => {
    const value = of(each)
    return isKnown(value) ? [[value, index]] : []
  })

const barsOf = (rows: Estimated[]): number[][] => rows.flatMap(({ low, high }, index) => (isKnown(low) && isKnown(high) ? [[low, high, index]] : []))

function told({ name, value, low, high, seen }: Estimated, isSeen: boolean, labels: Labels, text: (value: number) => string): string {
  if (isSeen) return `${name}\n${labels.seen}: ${text(seen!)}`
  const range = isKnown(low) && isKnown(high) ? ` (${text(low)} – ${text(high)})` : ''
  return `${name}\n${labels.value}: ${isKnown(value) ? text(value) : '–'}${range}`
}

/** From low to high, with an end on each side. */
function bar(axes: Axes, colour: string): object {
  const [[low, y], [high]] = [axes.coord([axes.value(0), axes.value(2)]), axes.coord([axes.value(1), axes.value(2)])]
  const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour, lineWidth: 2 } })
  return { type: 'group', children: [line(low, y, high, y), ...[low, high].map((x) => line(x, y - CAP_PX, x, y + CAP_PX))] }
}
