import { createApp } from 'vue'

import App from '@/app/App.vue'
import { allowOwnStyles } from '@/app/nonce'
import { router } from '@/app/router'

import '@/app/app.css'

allowOwnStyles()
createApp(App).use(router).mount('#app')
