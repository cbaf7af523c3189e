/** English, a file for each part of the app. */

import * as publishing from './publishing'
import * as rules from './rules'
import * as segments from './segments'
import * as shell from './shell'

export const en = { ...shell, ...segments, ...rules, ...publishing }

export type Words = typeof en
