import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 41,
  organizations: 12,
  digest: '3ad2f3a937dcc6453beb2cbc9c540cb772bb33f4735ebf241dc196602518d029',
  keptRates: true,
  few: true,
})
