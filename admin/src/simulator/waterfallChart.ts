/** The waterfalls of a list as one drawing: a row an item, from nothing on the left to its score. */

import type { ItemTrace } from '@/api/simulator'
import type { Colours } from '@/charts/colours'

import { namesIn, stepsOf, type Step } from './waterfall'

interface Shapes {
  value: (dimension: number) => number
  coord: (point: [number, number]) => [number, number]
  size: (lengths: [number, number]) => [number, number]
}

export const waterfallChart = (items: ItemTrace[], labels: string[], nameOf: (step: string) => string) => (colours: Colours) => {
  const names = namesIn(items)
  const colourOf = (name: string) => (name === 'mmr_penalty' ? colours.bad : colours.series[names.indexOf(name) % colours.series.length]!)
  return {
    grid: { left: 8, right: 44, top: 34, bottom: 8, containLabel: true },
    legend: { top: 0, type: 'scroll', textStyle: { color: colours.text }, data: names.map(nameOf) },
    xAxis: { type: 'value', splitNumber: 4, axisLabel: { color: colours.muted, hideOverlap: true }, splitLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: 'category', inverse: true, data: labels, axisLabel: { color: colours.text, width: 110, overflow: 'truncate' }, axisLine: { lineStyle: { color: colours.line } } },
    tooltip: { formatter: ({ seriesName, value }: { seriesName: string; value: number[] }) => `${labels[value[0]!]}\n${seriesName}: ${(value[2]! - value[1]!).toFixed(4)}` },
    series: names.map((name) => seriesOf(name, nameOf(name), items, colourOf(name), colours)),
  }
}

/** What takes away is hollow; the last step of a row has the score behind it. */
function seriesOf(name: string, title: string, items: ItemTrace[], colour: string, colours: Colours): object {
  const rows = items.flatMap((item, index) => stepsOf(item).flatMap((step, place, all) => (step.name === name ? [rowOf(index, step, place === all.length - 1, item)] : [])))
  return {
    type: 'custom', name: title, itemStyle: { color: colour }, encode: { x: [1, 2], y: 0 }, data: rows,
    renderItem: (_: unknown, shapes: Shapes) => drawn(shapes, colour, name === 'mmr_penalty', colours),
  }
}

const rowOf = (index: number, { from, to }: Step, isLast: boolean, { score }: ItemTrace) => [index, from, to, isLast ? score : NaN]

function drawn({ value, coord, size }: Shapes, colour: string, isHollow: boolean, colours: Colours): object {
  const [left, y] = coord([Math.min(value(1), value(2)), value(0)])
  const [right] = coord([Math.max(value(1), value(2)), value(0)])
  const height = Math.min(size([0, 1])[1] * 0.6, 18)
  const bar = {
    type: 'rect',
    shape: { x: left, y: y - height / 2, width: Math.max(right - left, 1), height },
    style: isHollow ? { fill: 'transparent', stroke: colour, lineWidth: 1.5, lineDash: [3, 2] } : { fill: colour },
  }
  const score = value(3)
  if (Number.isNaN(score)) return bar
  const text = { type: 'text', style: { text: score.toFixed(3), x: Math.max(left, right) + 6, y, fill: colours.text, textVerticalAlign: 'middle' } }
  return { type: 'group', children: [bar, text] }
}
