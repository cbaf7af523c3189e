/** Charts of bars that lie: a row for each name, from the first on top. */

import type { Colours } from './colours'

interface Scale {
  /** How what is measured is written. */
  text?: (value: number) => string
  /** Of the names, in pixels; longer ones are cut. */
  width?: number
  min?: number
  max?: number | ((found: { max: number }) => number)
}

export const barAxes = (names: string[], { line, muted }: Colours, { text, width, ...bounds }: Scale): object => ({
  xAxis: { type: 'value', ...bounds, axisLabel: { color: muted, hideOverlap: true, formatter: text && ((value: number) => text(value)) }, splitLine: { lineStyle: { color: line } } },
  yAxis: { type: 'category', inverse: true, data: names, axisLabel: { color: muted, ...(width ? { width, overflow: 'truncate' } : {}) } },
})

/** The value of each bar at its end. */
export const atEnd = (color: string, text: (value: number) => string, fontSize?: number): object => ({
  show: true, position: 'right', color, ...(fontSize ? { fontSize } : {}), formatter: ({ value }: { value: number }) => text(value),
})

/** Lines across all bars, each with its name. */
export const marks = (lines: [at: number, name: string, color: string][]): object => ({
  silent: true, symbol: 'none',
  data: lines.map(([at, name, color]) => ({ xAxis: at, lineStyle: { color, type: 'dashed' }, label: { formatter: name, color, position: 'start' } })),
})
