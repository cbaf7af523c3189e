/** Whose rights are looked at: in memory only, shared by the tabs of the page, and forgotten when it is left. */

import { shallowRef } from 'vue'

import { forget as forgetInAudit } from '@/audit/known'
import { useCalls } from '@/composables/calls'

const subject = shallowRef('')
/** Goes up when what they agree to has changed: what was shown of them is old then. */
const changes = shallowRef(0)

/** Also what the page has noted of its requests, for their addresses name the subject. */
function forget(): void {
  subject.value = ''
  useCalls().forget()
  forgetInAudit()
}

const leave = (): void => void (subject.value = '')

export const useSubject = () => ({ subject, changes, leave, forget })
