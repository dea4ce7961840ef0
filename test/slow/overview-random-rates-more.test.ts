import { holdRandomOrganizations } from '../support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 325,
  organizations: 24,
  digest: '3000ec102d3244f77021a34656cfc9d6d6acae773f9a2e6ec060a48cc29e21d2',
  keptRates: true,
  few: true,
})
