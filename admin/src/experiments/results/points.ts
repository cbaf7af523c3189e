/** A chart of points with their intervals, one row each. */

import type { Colours } from '@/charts/colours'

const ROW = 44
const LETTERS = 44

export interface Point {
  name: string
  /** What is estimated, and where it lies; none as long as that is not known. */
  value: number | null
  low?: number | null
  high?: number | null
  /** What was counted, which is something else. */
  seen?: number | null
}

interface Axes {
  value: (index: number) => number
  coord: (point: [number, number]) => [number, number]
}

export const heightOf = (points: Point[]): number => 76 + points.length * ROW

const shortened = (name: string) => (name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name)

/** `labels` name the two kinds of points; `text` writes a value; `hasZero` draws the line where nothing differs. */
export function pointOption(points: Point[], labels: { value: string; seen: string }, text: (value: number) => string, colours: Colours, hasZero = false): object {
  const [first, second] = [colours.series[0]!, colours.muted]
  const bars = points.flatMap(({ low, high }, row) => (low === null || low === undefined || high === null || high === undefined ? [] : [[low, high, row]]))
  const dots = (of: (point: Point) => number | null | undefined) => points.flatMap((each, row) => (typeof of(each) === 'number' ? [[of(each), row]] : []))
  const [known, seen] = [dots((each) => each.value), dots((each) => each.seen)]
  return {
    tooltip: { formatter: ({ value, seriesName }: { value: number[]; seriesName: string }) => `${seriesName}: ${value.length === 3 ? `${text(value[0]!)} – ${text(value[1]!)}` : text(value[0]!)}` },
    legend: { bottom: 0, textStyle: { color: colours.text }, data: [...(known.length ? [labels.value] : []), ...(seen.length ? [labels.seen] : [])] },
    grid: { left: 8, right: 24, top: 8, bottom: 34, containLabel: true },
    xAxis: { type: 'value', scale: !hasZero, axisLabel: { color: colours.muted, formatter: text, hideOverlap: true }, splitLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: 'category', inverse: true, data: points.map((each) => shortened(each.name)), axisTick: { show: false }, axisLabel: { color: colours.text, width: 130, overflow: 'break', lineHeight: 14 }, axisLine: { lineStyle: { color: colours.line } } },
    series: [
      { type: 'custom', name: labels.value, data: bars, encode: { x: [0, 1], y: 2 }, z: 2, itemStyle: { color: first }, renderItem: (_: unknown, axes: Axes) => bar(axes, first) },
      {
        type: 'scatter', name: labels.value, data: known, symbolSize: 12, z: 3, itemStyle: { color: first },
        ...(hasZero ? { markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colours.text, type: 'dashed' }, data: [{ xAxis: 0 }] } } : {}),
      },
      { type: 'scatter', name: labels.seen, data: seen, symbol: 'diamond', symbolSize: 11, z: 1, itemStyle: { color: colours.card, borderColor: second, borderWidth: 2 } },
    ],
  }
}

/** From low to high, with an end on each side. */
function bar(axes: Axes, colour: string): object {
  const [from, to] = [axes.coord([axes.value(0), axes.value(2)]), axes.coord([axes.value(1), axes.value(2)])]
  const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colour, lineWidth: 2 } })
  return { type: 'group', children: [line(from[0], from[1], to[0], to[1]), ...[from, to].map(([x, y]) => line(x, y - 6, x, y + 6))] }
}
