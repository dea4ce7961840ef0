import { Client, clientRecords } from '../clients/index.js'
import { projectRecords } from '../projects/index.js'
import { registerImport } from '../imports/index.js'
import { taskImport } from './task.import.js'
import { Task } from './task.js'
import { openTasks, overdueTasks } from './task.queries.js'
import { ClientTasksResolver, ProjectTasksResolver, TaskResolver, UserTasksResolver } from './task.resolver.js'
import { extendList } from '../../graphql/list.js'

export { Task, TaskState } from './task.js'
export { completeTask, createTask, startTask } from './task.commands.js'
export { inTaskBucket, TaskBucket, taskRules } from './task.queries.js'
export { TaskArguments, taskList, taskPage } from './task.resolver.js'

clientRecords.push(() => Task)
projectRecords.push(() => Task)
extendList(Client, overdueTasks, openTasks)
registerImport('TASK', 'A task in each row.', taskImport)

export const resolvers = [TaskResolver, ClientTasksResolver, ProjectTasksResolver, UserTasksResolver]
