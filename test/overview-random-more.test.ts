import { holdRandomOrganizations } from './support/random-overviews.js'

holdRandomOrganizations({ firstSeed: 101, organizations: 100, digest: '0951e645b790c52eb1a1dfab1487d58b483c48229793ca75fbe642aba7b6bc5c' })
