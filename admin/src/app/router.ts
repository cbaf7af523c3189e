import { createRouter, createWebHistory } from 'vue-router'

import { useCalls } from '@/composables/calls'
import { mayLeave } from '@/composables/unsaved'
import { words } from '@/words'

import './entrance' // it takes the link out of the address first
import { sectionAt } from './sections'

/** The API lists and reads on its own; addresses say what is looked at, so that they can be sent to somebody. */
export const router = createRouter({
  history: createWebHistory('/app/'),
  routes: [
    { path: '/', redirect: '/home' },
    { path: '/home', component: () => import('@/home/HomePage.vue') },
    { path: '/segments', component: () => import('@/segments/SegmentsPage.vue') },
    { path: '/segments/new', component: () => import('@/segments/SegmentPage.vue'), props: { id: '' } },
    { path: '/segments/of/:id', component: () => import('@/segments/SegmentPage.vue'), props: true },
    { path: '/profiles', component: () => import('@/profiles/ProfilesPage.vue') },
    { path: '/profiles/compare', component: () => import('@/profiles/ComparePage.vue') },
    { path: '/profiles/defaults', component: () => import('@/profiles/DefaultsPage.vue') },
    { path: '/profiles/tuning', component: () => import('@/profiles/TuningPage.vue') },
    { path: '/profiles/new', component: () => import('@/profiles/ProfilePage.vue'), props: { id: '' } },
    { path: '/profiles/of/:id', component: () => import('@/profiles/ProfilePage.vue'), props: true },
    { path: '/simulator', component: () => import('@/simulator/SimulatorPage.vue') },
    { path: '/experiments', component: () => import('@/experiments/ExperimentsPage.vue') },
    { path: '/experiments/new', component: () => import('@/experiments/NewExperimentPage.vue') },
    { path: '/experiments/of/:id', component: () => import('@/experiments/ExperimentPage.vue'), props: true },
    { path: '/taxonomy', component: () => import('@/taxonomy/TaxonomiesPage.vue') },
    { path: '/taxonomy/of/:id', component: () => import('@/taxonomy/TaxonomyPage.vue'), props: true },
    { path: '/models', component: () => import('@/models/ModelsPage.vue') },
    { path: '/models/of/:id', component: () => import('@/models/ModelPage.vue'), props: true },
    { path: '/personalization', component: () => import('@/personalization/PersonalizationPage.vue') },
    { path: '/audit', component: () => import('@/audit/AuditPage.vue') },
    { path: '/audit/of/:id', component: () => import('@/audit/DecisionPage.vue'), props: true },
    { path: '/jobs', component: () => import('@/jobs/JobsPage.vue') },
    { path: '/jobs/of/:id', component: () => import('@/jobs/JobPage.vue'), props: true },
    { path: '/sources', component: () => import('@/sources/SourcesPage.vue') },
    { path: '/sources/new', component: () => import('@/sources/SourcePage.vue'), props: { id: '' } },
    { path: '/sources/of/:id', component: () => import('@/sources/SourcePage.vue'), props: true },
    { path: '/definitions', component: () => import('@/definitions/KindsPage.vue') },
    { path: '/definitions/:kind', component: () => import('@/definitions/DefinitionsPage.vue'), props: true },
    { path: '/definitions/:kind/new', component: () => import('@/definitions/DefinitionPage.vue'), props: (route) => ({ ...route.params, id: '' }) },
    { path: '/definitions/:kind/of/:id', component: () => import('@/definitions/DefinitionPage.vue'), props: true },
    { path: '/keys', component: () => import('@/keys/KeysPage.vue') },
    { path: '/:rest(.*)', component: () => import('@/app/NotFoundPage.vue') },
  ],
})

router.beforeEach((to, from) => {
  if (to.path === from.path) return true
  if (!mayLeave()) return false
  useCalls().forget()
  return true
})

router.afterEach(({ path }) => {
  const section = sectionAt(path)
  document.title = section ? `${words.sections[section.name]} · ${words.name}` : words.name
})
