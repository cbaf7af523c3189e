/** Values with their intervals, a row each: a dot and a line. */

import type { Colours } from '@/charts/colours'

import type { Estimate } from './evaluation'

export type IntervalRow = Estimate & { name: string; isPlain: boolean }

interface Shapes {
  value: (dimension: number) => number
  coord: (point: [number, number]) => [number, number]
}

/** Baselines are hollow. */
export const intervalChart = (rows: IntervalRow[], nameOf: (name: string) => string) => (colours: Colours) => ({
  grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
  xAxis: { type: 'value', scale: true, splitNumber: 4, axisLabel: { color: colours.muted, hideOverlap: true }, splitLine: { lineStyle: { color: colours.line } } },
  yAxis: {
    type: 'category', inverse: true, data: rows.map((each) => nameOf(each.name)),
    axisLabel: { color: colours.text, width: 150, overflow: 'truncate' }, axisLine: { lineStyle: { color: colours.line } },
  },
  tooltip: { formatter: ({ dataIndex }: { dataIndex: number }) => toldOf(rows[dataIndex]!, nameOf) },
  series: [
    {
      type: 'custom',
      encode: { x: [1, 2, 3], y: 0 },
      data: rows.map((each, index) => [index, each.value, each.low, each.high, each.isPlain ? 1 : 0]),
      renderItem: (_: unknown, shapes: Shapes) => drawn(shapes, colours),
    },
  ],
})

const toldOf = ({ name, value, low, high }: IntervalRow, nameOf: (name: string) => string) =>
  `${nameOf(name)}\n${value.toFixed(4)} (${low.toFixed(4)} – ${high.toFixed(4)})`

function drawn({ value, coord }: Shapes, colours: Colours): object {
  const at = (dimension: number) => coord([value(dimension), value(0)])
  const [[x, y], [low], [high]] = [at(1), at(2), at(3)] as [[number, number], [number, number], [number, number]]
  const colour = value(4) ? colours.muted : colours.series[0]
  const stroke = { stroke: colour, lineWidth: 2 }
  return {
    type: 'group',
    children: [
      { type: 'line', shape: { x1: low, y1: y, x2: high, y2: y }, style: stroke },
      { type: 'circle', shape: { cx: x, cy: y, r: 5 }, style: { ...stroke, fill: value(4) ? colours.card : colour } },
    ],
  }
}
