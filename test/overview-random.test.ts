import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 1,
  organizations: 14,
  digest: '9c41ead9228fdc32e6c2812d788f51d2bafa5376d915036b90f5e2dfdf960040',
  few: true,
})
