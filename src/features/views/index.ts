export { SavedView, SavedViewList } from '../../database/saved-view.js'
import { SavedViewResolver } from './view.resolver.js'

export const resolvers = [SavedViewResolver]
