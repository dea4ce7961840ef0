import { holdRandomOrganizations } from '../support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 301,
  organizations: 24,
  digest: '127be744f05913fdb2daf28fd2b7f12e9d2abf613dc898bd9cc4f565c27f73ad',
  keptRates: true,
})
