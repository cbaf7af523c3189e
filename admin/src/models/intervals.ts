/** Figures with their intervals as a chart: a dot, and a line from bound to bound. */

import type { Interval } from '@/api/models'
import type { Colours } from '@/charts/colours'
import { numberText } from '@/shared/numbers'

type Named = Interval & { name: string }

interface Api {
  value: (dimension: number) => number
  coord: (point: [number, number]) => [number, number]
}

const ROOM = 0.1
const CAP = 5

export function intervalChart(shown: Named[], colours: Colours, title: string) {
  const [lowest, highest] = [Math.min(...shown.map((each) => each.low)), Math.max(...shown.map((each) => each.high))]
  const room = (highest - lowest || 1) * ROOM
  const style = { stroke: colours.accent, lineWidth: 2 }
  const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style })
  const drawn = (_: unknown, api: Api) => {
    const [low, y] = api.coord([api.value(1), api.value(0)])
    const [high] = api.coord([api.value(2), api.value(0)])
    return { type: 'group', children: [line(low, y, high, y), line(low, y - CAP, low, y + CAP), line(high, y - CAP, high, y + CAP)] }
  }
  return {
    grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: 'value', min: lowest - room, max: highest + room, axisLabel: { color: colours.muted, hideOverlap: true, formatter: (value: number) => numberText(value) }, splitLine: { lineStyle: { color: colours.line } } },
    yAxis: { type: 'category', inverse: true, data: shown.map((each) => each.name), axisLabel: { color: colours.muted, width: 130, overflow: 'truncate' } },
    tooltip: { formatter: ({ dataIndex }: { dataIndex: number }) => `${shown[dataIndex]!.name}\n${title}: ${numberText(shown[dataIndex]!.value, 4)} (${numberText(shown[dataIndex]!.low, 4)} – ${numberText(shown[dataIndex]!.high, 4)})` },
    series: [
      { type: 'custom', renderItem: drawn, encode: { x: [1, 2], y: 0 }, data: shown.map((each, index) => [index, each.low, each.high]) },
      { type: 'scatter', symbolSize: 9, color: colours.accent, data: shown.map((each, index) => [each.value, index]) },
    ],
  }
}
