import { expect, it } from 'vitest'

import { cellsOf, GRID } from './rfm'

it('makes a cell of places of one name that lie beside each other, and leaves none out', () => {
  const cells = cellsOf(GRID)
  expect(cells.filter((each) => each.name === 'Potential Loyalists')).toEqual([{ name: 'Potential Loyalists', row: 0, column: 1, rows: 2, columns: 2 }])
  expect(cells.reduce((sum, each) => sum + each.rows * each.columns, 0)).toBe(25)
  expect(new Set(cells.map((each) => each.name)).size).toBe(cells.length)
})
