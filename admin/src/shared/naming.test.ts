import { expect, it } from 'vitest'

import { idOfName } from './naming'

it('makes an id of a name', () => {
  expect(idOfName('Página de inicio: 20 %')).toBe('pagina-de-inicio-20')
})
