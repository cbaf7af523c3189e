import { describe, expect, it } from 'vitest'

import { readCsv, type Table } from './csv'

const table = async (text: string) => (await readCsv(text)) as Table

describe('a table that somebody brings as CSV', () => {
  it('has the id of a customer in its first column', async () => {
    const found = await table('id,spend\r\nc1,3.5\r\nc2,\r\n')
    expect(found.header).toEqual(['spend'])
    expect(found.rows).toEqual([{ id: 'c1', cells: ['3.5'], line: 2 }, { id: 'c2', cells: [''], line: 3 }])
  })
  it('may be told apart by semicolons, begin with a mark, and hold quotes and breaks', async () => {
    const found = await table('\uFEFFid;note\nc1;"a ""b""; c\nd"\n')
    expect(found.delimiter).toBe(';')
    expect(found.rows[0]!.cells).toEqual(['a "b"; c\nd'])
  })
  it('is refused with the line of a row that is too short', async () => {
    expect(await readCsv('id,a,b\nc1,1,2\nc2,1\n')).toEqual([{ what: 'width', line: 3, cells: 2, wanted: 3 }])
  })
  it('is refused with both lines of a customer who is there twice', async () => {
    expect(await readCsv('id,a\nc1,1\nc2,1\nc1,2\n')).toEqual([{ what: 'twice', line: 4, first: 2, id: 'c1' }])
  })
  it('is refused where a quote does not end', async () => {
    expect(await readCsv('id,a\nc1,"1\nc2,2\n')).toMatchObject([{ what: 'badQuotes' }])
  })
  it.each([
    ['', 'empty'], ['id\nc1\n', 'oneColumn'], ['id,a\n', 'noRows'], ['id,\nc1,1\n', 'noName'], ['id,a,a\nc1,1,2\n', 'sameName'], ['id,a\n,1\n', 'noId'],
    ['PK\0\0', 'binary'],
  ])('is refused where it is none: %j', async (text, what) => {
    expect(await readCsv(text)).toMatchObject([{ what }])
  })
})
