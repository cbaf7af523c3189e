/** Sources of customers as the editor holds them. */

import type { Source } from '@/api/sources'
import type { Shape } from '@/definitions/editing'
import type { Field } from '@/definitions/kinds'

const emptySource = (): Source => ({ source_id: '', engine: 'duckdb', location: '', view: 'customer_features_view', key: 'customer_id' })

export const SOURCE: Shape<'source'> = { kind: 'source', empty: emptySource, whole: (body) => body }

export const SOURCE_FIELDS: Field[] = [
  { name: 'engine', as: 'choice', of: ['duckdb', 'postgresql', 'spark'] }, { name: 'location', as: 'text' }, { name: 'view', as: 'text' },
  { name: 'key', as: 'text' }, { name: 'updated_at', as: 'text' }, { name: 'refresh_hours', as: 'whole' }, { name: 'description', as: 'long' },
]
