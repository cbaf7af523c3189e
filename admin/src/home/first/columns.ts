/** What the columns of a table become: features with a name, a type and a group, and values of that type. */

import type { FactsOfSubject, Feature, FeatureType } from '@/api/sources'
import type { Json } from '@/shared/json/json'

import type { Table } from './csv'

export type ColumnType = Exclude<FeatureType, 'string_list'>
export const TYPES: ColumnType[] = ['string', 'integer', 'number', 'boolean', 'timestamp']
export const GROUPS = ['Financial', 'Activity', 'Profile', 'Risk & Engagement', 'DWH Columns']

export interface ColumnPlan {
  /** What it is called in the table. */
  header: string
  name: string
  type: ColumnType
  unit: string
  group: string
  isTaken: boolean
  /** Some of its values. */
  examples: string[]
}

const WHOLE = /^[+-]?(0|[1-9]\d{0,14})$/
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const COMMA_NUMBER = /^[+-]?\d+,\d+$/
/** Twelve hundred or one and a bit, by the country: nobody is to find out by their segments. */
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2},\d{3}$/
/** A number that begins so is a code. */
const CODE = /^[+-]?0\d/
const MOMENT = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/
const TRUTHS: Record<string, boolean> = { true: true, false: false, yes: true, no: false, 'sí': true, si: true }

const isNumber = (cell: string) => (NUMBER.test(cell) || (COMMA_NUMBER.test(cell) && !AMBIGUOUS.test(cell))) && !CODE.test(cell)
const isMoment = (cell: string) => MOMENT.test(cell) && !Number.isNaN(Date.parse(momentOf(cell)))
const isTruth = (cell: string) => Object.hasOwn(TRUTHS, cell.toLowerCase())
const FITS: Record<ColumnType, (cell: string) => boolean> = {
  boolean: isTruth, integer: (cell) => WHOLE.test(cell), number: isNumber, timestamp: isMoment, string: () => true,
}

/** The first type that all cells fit; empty ones fit any. */
export function guessed(cells: string[]): ColumnType {
  const filled = cells.filter(Boolean)
  if (filled.length === 0) return 'string'
  return (Object.keys(FITS) as ColumnType[]).find((type) => filled.every(FITS[type]))!
}

/** The first that does not fit, by its index; -1 where all do. */
export const misfit = (cells: string[], type: ColumnType): number => cells.findIndex((each) => each !== '' && !FITS[type](each))

/** A name as features have it: letters, digits and a few marks. */
export function nameOf(header: string): string {
  const plain = header.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase()
  return plain.replace(/[^a-z0-9._:-]+/g, '_').replace(/^[^a-z0-9]+|_+$/g, '').slice(0, 128)
}

export const cellsOf = (table: Table, column: number): string[] => table.rows.map((each) => each.cells[column]!)

export function planned(table: Table): ColumnPlan[] {
  return table.header.map((header, column) => {
    const cells = cellsOf(table, column)
    const examples = [...new Set(cells.filter(Boolean))].slice(0, 3)
    return { header, name: nameOf(header) || `column_${column + 2}`, type: guessed(cells), unit: '', group: 'Profile', isTaken: true, examples }
  })
}

export const featureOf = ({ name, type, unit, group }: ColumnPlan): Feature => ({ name, type, ...(unit ? { unit } : {}), group })

/** A moment without a zone is of UTC. */
function momentOf(cell: string): string {
  const text = cell.replace(' ', 'T')
  if (!text.includes('T')) return `${text}T00:00:00Z`
  return /(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`
}

const READ: Record<ColumnType, (cell: string) => Json> = {
  string: (cell) => cell,
  integer: Number,
  number: (cell) => Number(cell.replace(',', '.')),
  boolean: (cell) => TRUTHS[cell.toLowerCase()]!,
  timestamp: momentOf,
}

/** The values of every customer who has any, true as of one moment: what is sent again changes nothing. */
export function factsOf(table: Table, plans: ColumnPlan[], as_of: string): FactsOfSubject[] {
  return table.rows.flatMap(({ id, cells }) => {
    const taken = plans.flatMap(({ isTaken, name, type }, column) => (isTaken && cells[column] ? [[name, READ[type](cells[column])] as const] : []))
    return taken.length ? [{ subject_id: id, values: Object.fromEntries(taken), as_of }] : []
  })
}
