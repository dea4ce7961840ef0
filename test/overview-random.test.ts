import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({ firstSeed: 1, organizations: 100, digest: '756e491d73c9962f2b29471fe931322b756c045a58f0e2d3e8bba1a99f5dc1b4' })
