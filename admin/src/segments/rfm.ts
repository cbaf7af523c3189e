/** The named cells of recency, frequency and money, as `domain/predictions/rfm/cells.py` lays them out. */

const CELLS = {
  LOST: 'Lost', AT_RISK: 'At Risk', CANNOT_LOSE: 'Cannot Lose Them', HIBERNATING: 'Hibernating', SLEEPY: 'About To Sleep', ATTENTION: 'Need Attention',
  LOYAL: 'Loyal Customers', PROMISING: 'Promising', POTENTIAL: 'Potential Loyalists', NEW: 'New Customers', CHAMPIONS: 'Champions',
} as const

const { LOST, AT_RISK, CANNOT_LOSE, HIBERNATING, SLEEPY, ATTENTION, LOYAL, PROMISING, POTENTIAL, NEW, CHAMPIONS } = CELLS

/** The most recent on top; to the right the more often and the more. */
export const GRID: readonly (readonly string[])[] = [
  [NEW, POTENTIAL, POTENTIAL, CHAMPIONS, CHAMPIONS],
  [PROMISING, POTENTIAL, POTENTIAL, LOYAL, LOYAL],
  [SLEEPY, SLEEPY, ATTENTION, LOYAL, LOYAL],
  [HIBERNATING, HIBERNATING, AT_RISK, AT_RISK, CANNOT_LOSE],
  [LOST, LOST, AT_RISK, AT_RISK, CANNOT_LOSE],
]

export interface Cell {
  name: string
  /** From 0: where it begins, and how many rows and columns it has. */
  row: number
  column: number
  rows: number
  columns: number
}

/** Places of one name that lie beside each other are one cell: each name's largest rectangles, read from the top left. */
export function cellsOf(grid: readonly (readonly string[])[]): Cell[] {
  const taken = new Set<string>()
  const isFree = (row: number, column: number, name: string) => grid[row]?.[column] === name && !taken.has(`${row} ${column}`)
  return grid.flatMap((line, row) =>
    line.flatMap((name, column) => {
      if (!isFree(row, column, name)) return []
      let [columns, rows] = [1, 1]
      while (isFree(row, column + columns, name)) columns++
      const isWhole = (at: number) => Array.from({ length: columns }, (_, step) => isFree(at, column + step, name)).every(Boolean)
      while (isWhole(row + rows)) rows++
      for (let down = 0; down < rows; down++) for (let right = 0; right < columns; right++) taken.add(`${row + down} ${column + right}`)
      return [{ name, row, column, rows, columns }]
    }),
  )
}
