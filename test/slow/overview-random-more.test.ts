import { holdRandomOrganizations } from '../support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 101,
  organizations: 60,
  digest: '604dfb2e8bbab370ba8057d505539da9f3d2f8af6147987835bd2d06e996877f',
})
