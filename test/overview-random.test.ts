import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({ firstSeed: 1, organizations: 150, digest: 'cff45a4806f99505a9bd16eeb1d36d31dfae7432132852ed8a511bf367a2ecdb' })
