import { First1764000000000 } from './1-first.js'
import { Deals1764100000000 } from './2-deals.js'
import { Interactions1764200000000 } from './3-interactions.js'
import { Search1764400000001 } from './5-search.js'
import { Views1764500000000 } from './6-views.js'
import { Files1764600000000 } from './7-files.js'
import { Merges1764700000000 } from './8-merges.js'
import { Feeds1764800000000 } from './9-feeds.js'
import { Imports1764900000000 } from './10-imports.js'
import { Erasures1765000000000 } from './11-erasures.js'
import { Quotes1765100000000 } from './12-quotes.js'
import { MergedIdentities1765200000000 } from './13-merged-identities.js'
import { ExchangeRates1765300000000 } from './14-exchange-rates.js'
import { Texts1765400000000 } from './15-texts.js'
import { ActivityOrder1765500000000 } from './16-activity-order.js'

/** In the order in which they run. */
export const migrations = [
  First1764000000000,
  Deals1764100000000,
  Interactions1764200000000,
  Search1764400000001,
  Views1764500000000,
  Files1764600000000,
  Merges1764700000000,
  Feeds1764800000000,
  Imports1764900000000,
  Erasures1765000000000,
  Quotes1765100000000,
  MergedIdentities1765200000000,
  ExchangeRates1765300000000,
  Texts1765400000000,
  ActivityOrder1765500000000,
]
