import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({ firstSeed: 101, organizations: 120, digest: '773df77ade5da655c2495d18cd693667242e9249eca0b006ea543e388be40eb5' })
