/** The five steps to a first segment, and how far a namespace is on them. */

import type { Setup } from '@/api/overview'
import type { Operation } from '@/api/session'
import { session } from '@/composables/session'

export const STEPS = ['customers', 'columns', 'rule', 'who', 'publish'] as const
export type Step = (typeof STEPS)[number]

const NEEDED: Operation[] = ['features.write', 'facts.write', 'segments.write', 'publish', 'plan', 'audiences.calculate']

/** Whether the role may take every step. */
export const mayBegin = (): boolean => NEEDED.every(session.may)

/** Whether there is something that rules can read of customers. */
export const hasCustomers = ({ facts, sources, events }: Setup): boolean => facts || events || sources > 0

/** Whether a namespace is past its first segment; one that decides without customers' values is too. */
export const isBegun = (setup: Setup): boolean => setup.segments > 0 && (hasCustomers(setup) || setup.decisions)

/** Where somebody goes on. */
export const firstStep = (setup: Setup): Step => (hasCustomers(setup) ? 'rule' : 'customers')
