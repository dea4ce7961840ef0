import { First1764000000000 } from './1-first.js'
import { Deals1764100000000 } from './2-deals.js'
import { Interactions1764200000000 } from './3-interactions.js'
import { Search1764400000000 } from './5-search.js'
import { Views1764500000000 } from './6-views.js'
import { Feeds1764800000000 } from './9-feeds.js'

/** In the order in which they run. */
export const migrations = [First1764000000000, Deals1764100000000, Interactions1764200000000, Search1764400000000, Views1764500000000, Feeds1764800000000]
