import { createApp } from 'vue'

import App from '@/app/App.vue'
import { enter } from '@/app/entrance'
import { allowOwnStyles } from '@/app/nonce'
import { router } from '@/app/router'
import { hearTabs } from '@/app/tabs'
import { askBeforeClosing } from '@/composables/unsaved'
import { language } from '@/words/language'

import '@/app/app.css'

document.documentElement.lang = language
allowOwnStyles()
void enter()
hearTabs()
askBeforeClosing()
createApp(App).use(router).mount('#app')
