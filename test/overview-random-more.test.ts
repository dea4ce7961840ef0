import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 21,
  organizations: 14,
  digest: 'a4ce1c61e9df0d0ad54f34c42f41022c538a5def7cc5073ee310d690ee0e26cb',
  few: true,
})
