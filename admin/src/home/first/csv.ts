/** A table that somebody brings as CSV: read in the browser, and refused with the line that is wrong. */

import type { ParseError } from 'papaparse'

export const MOST_BYTES = 5_000_000
export const MOST_ROWS = 50_000
export const MOST_COLUMNS = 100
const MOST_FAULTS = 20
const LONGEST_ID = 256
const DELIMITERS = [',', ';', '\t', '|']
/** One column has no delimiter to be found, which is no fault. */
const HARMLESS = 'UndetectableDelimiter'

export interface Table {
  /** The names of the columns after the first one. */
  header: string[]
  rows: Row[]
  delimiter: string
}

export interface Row {
  id: string
  /** As many as the header has. */
  cells: string[]
  /** From 1, where the header is. */
  line: number
}

export type CsvFault =
  | { what: 'empty' | 'oneColumn' | 'noRows' | 'binary' }
  | { what: 'tooManyRows' | 'tooManyColumns'; most: number }
  | { what: 'noName' | 'noId' | 'longId' | 'badQuotes'; line: number }
  | { what: 'width'; line: number; cells: number; wanted: number }
  | { what: 'twice'; line: number; first: number; id: string }
  | { what: 'sameName'; name: string }

/** The table of a text, or all that is wrong with it. The parser is loaded when the first one is read. */
export async function readCsv(text: string): Promise<Table | CsvFault[]> {
  if (text.includes('\0')) return [{ what: 'binary' }]
  const { default: papa } = await import('papaparse')
  const { data, errors, meta } = papa.parse(text.replace(/^\uFEFF/, ''), { skipEmptyLines: 'greedy', delimitersToGuess: DELIMITERS })
  const broken = errors.filter((each) => each.code !== HARMLESS)
  if (data.length > 0 && broken.length) return broken.slice(0, MOST_FAULTS).map(quotes)
  return tableOf(data, meta.delimiter)
}

const quotes = ({ row }: ParseError): CsvFault => ({ what: 'badQuotes', line: (row ?? 0) + 1 })

/** Lines are those of records: one that holds a line break counts once. */
function tableOf(data: string[][], delimiter: string): Table | CsvFault[] {
  const [header, ...rest] = data
  if (!header) return [{ what: 'empty' }]
  const rows = rest.map(([id = '', ...cells], index) => ({ id: id.trim(), cells: cells.map((each) => each.trim()), line: index + 2 }))
  const names = header.slice(1).map((each) => each.trim())
  const faults = [...shapeFaults(header, rows.length), ...(names.length ? rowFaults(rows, names.length) : [])]
  return faults.length ? faults.slice(0, MOST_FAULTS) : { header: names, rows, delimiter }
}

function shapeFaults(header: string[], rows: number): CsvFault[] {
  if (header.length < 2) return [{ what: 'oneColumn' }]
  if (header.length - 1 > MOST_COLUMNS) return [{ what: 'tooManyColumns', most: MOST_COLUMNS }]
  if (rows === 0) return [{ what: 'noRows' }]
  if (rows > MOST_ROWS) return [{ what: 'tooManyRows', most: MOST_ROWS }]
  if (header.some((each) => !each.trim())) return [{ what: 'noName', line: 1 }]
  const names = header.map((each) => each.trim())
  const twice = names.find((each, index) => names.indexOf(each) !== index)
  return twice === undefined ? [] : [{ what: 'sameName', name: twice }]
}

function rowFaults(rows: Row[], wanted: number): CsvFault[] {
  const lines = new Map<string, number>()
  return rows.flatMap(({ id, cells, line }): CsvFault[] => {
    const first = lines.get(id)
    lines.set(id, first ?? line)
    if (cells.length !== wanted) return [{ what: 'width', line, cells: cells.length + 1, wanted: wanted + 1 }]
    if (!id) return [{ what: 'noId', line }]
    if (id.length > LONGEST_ID) return [{ what: 'longId', line }]
    return first === undefined ? [] : [{ what: 'twice', line, first, id }]
  })
}
