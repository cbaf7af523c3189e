/** Columns become features and rows become facts: in parts, so that what failed goes on where it stopped. */

import { computed, ref, shallowRef } from 'vue'

import { plan, publish, type Change } from '@/api/definitions'
import { ApiError, type Fault } from '@/api/error'
import { addFacts } from '@/api/sources'
import { useCalculation } from '@/composables/calculation'
import { escaped } from '@/shared/json/pointers'
import { inWords, words } from '@/words'

import { factsOf, featureOf, type ColumnPlan } from './columns'
import type { Row, Table } from './csv'

const MOST_SUBJECTS = 1000
const MOST_VALUES = 10_000
const MOST_SHOWN = 20
/** What was published holds everywhere within two seconds: a server that does not know it yet is asked again. */
const ASKED_AGAIN = 6
const ASK_AGAIN_MS = 500

/** A row that the server refused. */
export interface Refused {
  line: number
  fault: Fault
}

export function useStoring(done: () => void) {
  const stage = ref<'idle' | 'declaring' | 'storing' | 'counting' | 'done'>('idle')
  const error = ref('')
  /** What is wrong with a column, by its name. */
  const faults = shallowRef<Record<string, Fault[]>>({})
  const refused = shallowRef<Refused[]>([])
  const sent = ref(0)
  const total = ref(0)
  const stored = ref(0)
  /** One moment for all parts, and for those that are sent again. */
  let asOf = ''
  const calculation = useCalculation(async () => finish())
  const isBusy = computed(() => stage.value !== 'idle' && stage.value !== 'done')

  function finish(): void {
    stage.value = 'done'
    done()
  }

  function forget(): void {
    ;[stage.value, error.value, asOf, sent.value, stored.value] = ['idle', '', '', 0, 0]
    ;[faults.value, refused.value] = [{}, []]
  }

  async function store(table: Table, plans: ColumnPlan[]): Promise<void> {
    error.value = ''
    asOf ||= new Date().toISOString()
    try {
      if (sent.value === 0 && !(await declare(plans.filter((each) => each.isTaken)))) return
      await send(table, plans)
    } catch (problem) {
      error.value = inWords(problem)
      stage.value = 'idle'
      return
    }
    stage.value = 'counting'
    await calculation.start()
    if (stage.value === 'counting' && !calculation.isRunning.value) finish() // the editor offers to count again
  }

  /** Whether they are features now. What is one already stays as it is. */
  async function declare(plans: ColumnPlan[]): Promise<boolean> {
    stage.value = 'declaring'
    const changes = plans.map((each): Change => ({ kind: 'feature', identifier: each.name, body: { ...featureOf(each) } }))
    const { value: found, etag } = await plan(changes)
    faults.value = byName(found.errors, plans)
    if (!found.valid) {
      stage.value = 'idle'
      error.value = words.first.columns.wrong
      return false
    }
    const fresh = new Set(found.changes.filter((each) => each.action === 'add').map((each) => each.identifier))
    if (fresh.size) await publish(changes.filter((each) => fresh.has(each.identifier)), words.first.columns.comment, etag)
    return true
  }

  async function send(table: Table, plans: ColumnPlan[]): Promise<void> {
    stage.value = 'storing'
    const facts = factsOf(table, plans, asOf)
    const rows = new Map(table.rows.map((each) => [each.id, each]))
    const size = Math.min(MOST_SUBJECTS, Math.floor(MOST_VALUES / Math.max(plans.length, 1)))
    total.value = facts.length
    if (sent.value === 0) refused.value = []
    while (sent.value < facts.length) {
      const part = facts.slice(sent.value, sent.value + size)
      const rejected = await rejectedOf(part, sent.value === 0 ? ASKED_AGAIN : 0)
      const wrong = new Set(rejected.map(positionOf))
      const found = rejected.map((fault) => ({ line: lineOf(rows, part[positionOf(fault)]?.subject_id), fault }))
      refused.value = [...refused.value, ...found].slice(0, MOST_SHOWN)
      stored.value += part.length - wrong.size
      sent.value += part.length
    }
    if (stored.value === 0) {
      sent.value = 0
      throw new ApiError(422, words.first.columns.noneStored)
    }
  }

  return { stage, error, faults, refused, sent, total, stored, isBusy, store, forget }
}

/** What is wrong with some of them; where all are, the server refuses the request. */
async function rejectedOf(part: Parameters<typeof addFacts>[0], again: number): Promise<Fault[]> {
  try {
    return (await addFacts(part)).rejected
  } catch (problem) {
    if (!(problem instanceof ApiError && problem.status === 422 && problem.faults.length)) throw problem
    if (again === 0) return allOf(problem.faults, part.length)
  }
  await new Promise((done) => setTimeout(done, ASK_AGAIN_MS))
  return rejectedOf(part, again - 1)
}

/** Every row of it, with what is told of it: a request tells no more than some of its faults. */
const allOf = (told: Fault[], rows: number): Fault[] => {
  const known = new Map(told.map((each) => [positionOf(each), each]))
  return Array.from({ length: rows }, (_, index) => known.get(index) ?? { pointer: `/facts/${index}`, message: told[0]!.message, hint: '' })
}

const positionOf = ({ pointer }: Fault): number => Number(pointer.split('/')[2])
const lineOf = (rows: Map<string, Row>, id: string | undefined): number => rows.get(id ?? '')?.line ?? 0

/** Pointers are `/features/NAME/...`. */
const byName = (told: Fault[], plans: ColumnPlan[]): Record<string, Fault[]> =>
  Object.fromEntries(plans.map(({ name }) => [name, told.filter((each) => each.pointer.split('/')[2] === escaped(name))]))
