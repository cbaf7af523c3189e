/** English, a file for each part of the app. Every other language has the same files and names. */

import * as audit from './audit'
import * as charts from './charts'
import * as definitions from './definitions'
import * as experiments from './experiments'
import * as first from './first'
import * as home from './home'
import * as jobs from './jobs'
import * as keys from './keys'
import * as kinds from './kinds'
import * as models from './models'
import * as personalization from './personalization'
import * as profiles from './profiles'
import * as rules from './rules'
import * as segments from './segments'
import * as shell from './shell'
import * as simulator from './simulator'
import * as sources from './sources'
import * as taxonomy from './taxonomy'

export const en = {
  ...shell, ...definitions, ...rules, ...segments, ...charts, ...home, ...profiles, ...simulator, ...experiments,
  ...taxonomy, ...personalization, ...models, ...audit, ...jobs, ...sources, ...keys, ...first, ...kinds,
}

type Texts<T> = { [K in keyof T]: T[K] extends string ? string : T[K] extends (...given: infer A) => string ? (...given: A) => string : Texts<T[K]> }

/** The shape of what the app says: a text that a language lacks fails the build. */
export type Words = Texts<typeof en>
