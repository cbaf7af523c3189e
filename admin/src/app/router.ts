import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory('/app/'),
  routes: [
    { path: '/', redirect: '/segments' },
    { path: '/segments', component: () => import('@/segments/SegmentsPage.vue') },
    { path: '/segments/:id', component: () => import('@/segments/SegmentPage.vue'), props: true },
    { path: '/new-segment', component: () => import('@/segments/SegmentPage.vue'), props: { id: '' } },
    { path: '/:rest(.*)', component: () => import('@/app/NotFoundPage.vue') },
  ],
})
