import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({ firstSeed: 201, organizations: 100, digest: '890b5c3d2fcbd334729fc695140c431d3bbd566017f4eb106bb48b96dc9787f7' })
