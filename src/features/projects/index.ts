import { Client, clientRecords } from '../clients/index.js'
import { Project } from './project.js'
import { ClientProjectsResolver, ProjectResolver, TimeEntryResolver, UserTimeResolver } from './project.resolver.js'
import { clientHours, projectCount } from './project.computed.js'
import { TimeEntry } from './time-entry.js'
import { extendList } from '../../graphql/list.js'

export { Project, ProjectState } from './project.js'
export { TimeEntry } from './time-entry.js'
export {
  activateProject,
  closeProject,
  createProject,
  createTimeEntry,
  windUpProject,
  projectRecords,
  timeEntryLocks,
} from './project.commands.js'
export { projectList, timeEntryList } from './project.resolver.js'

clientRecords.push(
  () => Project,
  () => TimeEntry,
)
extendList(Client, clientHours, projectCount)

export const resolvers = [ProjectResolver, TimeEntryResolver, ClientProjectsResolver, UserTimeResolver]
