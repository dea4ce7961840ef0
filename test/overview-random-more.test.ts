import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({ firstSeed: 151, organizations: 150, digest: '6942ac8d4a5a8396b6d31cc69791276a252c33c510aa809ac409bf2822da6523' })
