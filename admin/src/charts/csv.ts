/** A table as CSV (RFC 4180), which a spreadsheet does not take for formulae. */

export type Cell = string | number | null | undefined

const FORMULA = /^[=+\-@\t\r]/

export const csvOf = (columns: string[], rows: Cell[][]): string => [columns, ...rows].map((row) => row.map(cellText).join(',')).join('\r\n') + '\r\n'

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
