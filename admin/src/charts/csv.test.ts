import { expect, it } from 'vitest'

import { csvOf } from './csv'

it('quotes what would break a row, and keeps a text from being a formula', () => {
  expect(csvOf(['name', 'n'], [['a, "b"', 1.5], ['=SUM(A1)', null], ['-3', -3]])).toBe(
    'name,n\r\n"a, ""b""",1.5\r\n\'=SUM(A1),\r\n\'-3,-3\r\n',
  )
})
