import { describe, expect, it } from 'vitest'

import { factsOf, guessed, misfit, nameOf, planned } from './columns'

const table = { header: ['Total spend', 'Último acceso'], rows: [{ id: 'c1', cells: ['3,5', '2026-01-02'], line: 2 }, { id: 'c2', cells: ['', ''], line: 3 }], delimiter: ';' }

describe('what the columns of a table become', () => {
  it.each([
    [['1', '-2', ''], 'integer'], [['1', '2.5'], 'number'], [['2,5', '1'], 'number'], [['yes', 'No'], 'boolean'], [['2026-01-02', '2026-01-02 10:00'], 'timestamp'],
    [['00123', '00456'], 'string'], [['2026-13-45'], 'string'], [['1', 'x'], 'string'], [['', ''], 'string'], [['12345678901234567890'], 'number'],
  ])('%j is of the type %s', (cells, type) => expect(guessed(cells)).toBe(type))
  it('has a name that a feature may have', () => {
    expect(nameOf('  Último acceso (días) ')).toBe('ultimo_acceso_dias')
    expect(nameOf('***')).toBe('')
  })
  it('says which value does not fit a type', () => expect(misfit(['1', '', 'x'], 'integer')).toBe(2))
  it('leaves out what is empty, and who has nothing', () => {
    expect(factsOf(table, planned(table), 'now')).toEqual([
      { subject_id: 'c1', values: { total_spend: 3.5, ultimo_acceso: '2026-01-02T00:00:00Z' }, as_of: 'now' },
    ])
  })
})
