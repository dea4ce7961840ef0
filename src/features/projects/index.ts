import { clientRecords } from '../clients/index.js'
import { registerFigures } from '../figures/index.js'
import { registerImport } from '../imports/index.js'
import { projectImport } from './project.import.js'
import { timeEntryImport } from './time-entry.import.js'
import { Project } from './project.js'
import { ClientProjectsResolver, ProjectResolver, TimeEntryResolver, UserTimeResolver } from './project.resolver.js'
import {
  projectFigures,
  ProjectsBlockResolver,
  ProjectsOverviewResolver,
  ProjectStateCountResolver,
} from './project.figures.js'
import { TimeMonthResolver } from './project.figures.month.js'
import { TimeEntry } from './time-entry.js'

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
export { openedOn } from './project.import.opened.js'
export { findProjects, projectReference } from './project.import.reference.js'
export { projectList, timeEntryList } from './project.resolver.js'

clientRecords.push(
  () => Project,
  () => TimeEntry,
)
registerFigures(projectFigures)
registerImport(
  'PROJECT',
  'A project in each row. Rows of this kind and of those below only make new records. ' +
    'A file that comes again finds them by their external ids, or by the ids that an export has.',
  projectImport,
)
registerImport(
  'TIME_ENTRY',
  'A time entry in each row: the time that a person worked on a project on one day.',
  timeEntryImport,
)

export const resolvers = [
  ProjectResolver,
  TimeEntryResolver,
  ClientProjectsResolver,
  UserTimeResolver,
  ProjectsBlockResolver,
  ProjectsOverviewResolver,
  ProjectStateCountResolver,
  TimeMonthResolver,
]
