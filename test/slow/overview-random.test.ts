import { holdRandomOrganizations } from '../support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 201,
  organizations: 60,
  digest: '06e72e170fbd66de2766f8a522dd37132ac02de54fbbf7e3d57d697c2084926f',
})
