import { expect, test } from 'vitest'

import { isMoment } from './moments'

test.each(['2017-12-04T04:01:20+00:00', '2026-11-23T00:31:43.120635Z', '2018-01-01T05:00-08:00'])('%s is a moment', (text) => {
  expect(isMoment(text)).toBe(true)
})

test.each(['', '2017-12-04', '2017-12-04T04:01:20', '2017', 'churn', 'at 2017-12-04T04:01:20Z', '01a205d1-1106-71b3-8870-ee029a196555'])('"%s" is none', (text) => {
  expect(isMoment(text)).toBe(false)
})
