/** Columns of sources that are no features yet, read when somebody first looks for one. */

import { shallowRef } from 'vue'

import { ifGiven } from '@/api/error'
import { declareColumn, listUndeclared } from '@/api/sources'
import { session } from '@/composables/session'
import { useVocabulary } from '@/composables/vocabulary'

import type { Undeclared } from './grouping'

const columns = shallowRef<Undeclared[]>([])
let readFor = ''

/** What the role may not declare is not offered. A source that does not answer has no columns to offer. */
async function read(): Promise<void> {
  if (readFor === session.place.value || !session.may('features.write') || !session.may('sources.columns')) return
  readFor = session.place.value
  const found = await ifGiven(listUndeclared())
  if (found) columns.value = found
  else readFor = '' // they are asked for again
}

/** Makes a feature of a column. Returns its name. Raises `ApiError`. */
async function declare(column: Undeclared): Promise<string> {
  const name = await declareColumn(column.source_id, column.name)
  columns.value = columns.value.filter((each) => each !== column)
  await useVocabulary().refresh()
  return name
}

export const useColumns = () => ({ columns, read, declare })
