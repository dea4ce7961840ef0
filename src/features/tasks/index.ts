import { clientRecords } from '../clients/index.js'
import { registerFigures } from '../figures/index.js'
import { projectRecords } from '../projects/index.js'
import { registerImport } from '../imports/index.js'
import { taskImport } from './task.import.js'
import { Task } from './task.js'
import { taskFigures, TaskGroupResolver, TasksBlockResolver, TasksOverviewResolver } from './task.figures.js'
import { ClientTasksResolver, ProjectTasksResolver, TaskResolver, UserTasksResolver } from './task.resolver.js'

export { Task, TaskState } from './task.js'
export { completeTask, createTask, startTask } from './task.commands.js'

clientRecords.push(() => Task)
projectRecords.push(() => Task)
registerFigures(taskFigures)
registerImport('TASK', 'A task in each row.', taskImport)

export const resolvers = [
  TaskResolver,
  ClientTasksResolver,
  ProjectTasksResolver,
  UserTasksResolver,
  TasksBlockResolver,
  TasksOverviewResolver,
  TaskGroupResolver,
]
