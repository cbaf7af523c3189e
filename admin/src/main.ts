import { createApp } from 'vue'

import App from '@/app/App.vue'
import { enter } from '@/app/entrance'
import { allowOwnStyles } from '@/app/nonce'
import { router } from '@/app/router'
import { language } from '@/words/language'

import '@/app/app.css'

document.documentElement.lang = language
allowOwnStyles()
await enter()
createApp(App).use(router).mount('#app')
