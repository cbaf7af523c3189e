/** The sections of the app: where each is, and which operation of the access matrix a role needs to see it. */

import type { Operation } from '@/api/session'
import { session } from '@/composables/session'
import { words } from '@/words'

export type SectionName = Exclude<keyof typeof words.sections, 'groups'>
type GroupName = keyof typeof words.sections.groups

export interface Section {
  name: SectionName
  path: string
  /** One of them is enough; none: everybody may. */
  needs: Operation[]
}

export const GROUPS: [GroupName, Section[]][] = [
  ['today', [{ name: 'home', path: '/home', needs: [] }]],
  ['deciding', [
    { name: 'segments', path: '/segments', needs: ['segments.read'] },
    { name: 'profiles', path: '/profiles', needs: ['profiles.read'] },
    { name: 'simulator', path: '/simulator', needs: ['simulate'] },
    { name: 'experiments', path: '/experiments', needs: ['experiments.read'] },
  ]],
  ['knowing', [
    { name: 'taxonomy', path: '/taxonomy', needs: ['taxonomy.read'] },
    { name: 'models', path: '/models', needs: ['models.read'] },
    { name: 'personalization', path: '/personalization', needs: ['personalization.metrics', 'flags.read', 'privacy.read', 'settings.read'] },
  ]],
  ['operating', [
    { name: 'audit', path: '/audit', needs: ['audit.read'] },
    { name: 'jobs', path: '/jobs', needs: ['jobs.read'] },
    { name: 'sources', path: '/sources', needs: ['sources.read'] },
    { name: 'definitions', path: '/definitions', needs: ['features.read'] },
    { name: 'keys', path: '/keys', needs: [] },
  ]],
]

export const isOpen = ({ needs }: Section): boolean => needs.length === 0 || needs.some(session.may)

/** The section that an address lies in. */
export const sectionAt = (path: string): Section | undefined =>
  GROUPS.flatMap(([, sections]) => sections).find((each) => path === each.path || path.startsWith(`${each.path}/`))
