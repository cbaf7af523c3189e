/** What is asked of the simulator, as its address has it. */

import type { LocationQuery } from 'vue-router'

import type { Asked } from '@/api/simulator'
import type { Stated } from '@/rules/request'
import { isObject, parsed, type Json } from '@/shared/json/json'

export interface Question {
  subject: string
  /** ISO 8601; empty for now. */
  at: string
  campaign: string
  context: Stated
  length: number
}

const USUAL_LENGTH = 10

export const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === ''

export function questionIn(query: LocationQuery): Question {
  const text = (name: string) => String(query[name] ?? '')
  const context = parsed(text('context') || '{}')
  return {
    subject: text('subject'), at: text('at'), campaign: text('campaign'), context: isObject(context) ? context : {},
    length: Number(text('length')) || USUAL_LENGTH,
  }
}

/** The same as a query: what is as usual is left out. */
export function queryOf({ subject, at, campaign, context, length }: Question): Record<string, string> {
  const written = { subject, at, campaign, context: Object.keys(context).length ? JSON.stringify(context) : '', length: length === USUAL_LENGTH ? '' : String(length) }
  return Object.fromEntries(Object.entries(written).filter(([, text]) => text))
}

export const askedBy = ({ subject, at, campaign, context, length }: Question): Asked => ({
  subject_id: subject || null, at: at || null, campaign_id: campaign || null, context, limit: length,
})
