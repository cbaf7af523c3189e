/** Spanish. */

import type { Words } from '../en'

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

export const es: Words = {
  ...shell, ...definitions, ...rules, ...segments, ...charts, ...home, ...profiles, ...simulator, ...experiments,
  ...taxonomy, ...personalization, ...models, ...audit, ...jobs, ...sources, ...keys, ...first, ...kinds,
}
