import { holdRandomOrganizations } from '../support/random-overviews.js'

holdRandomOrganizations({
  firstSeed: 401,
  organizations: 92,
  digest: 'd40ff0b5f8d69992045502b171976fe3c7f7867dd88d127fc01e11575c4d55ce',
})
