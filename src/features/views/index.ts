export { SavedView } from '../../request/saved-view.js'
import { SavedViewResolver } from './view.resolver.js'

export const resolvers = [SavedViewResolver]
