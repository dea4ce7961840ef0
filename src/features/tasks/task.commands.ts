import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf, refuseBefore } from '../../model/state.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { transition, type OnDay } from '../../database/scope/transition.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import { Project } from '../projects/index.js'
import { Task, TaskState } from './task.js'
import type { CreateTaskInput, UpdateTaskInput } from './task.inputs.js'

export async function createTask(scope: WriteScope, { clientId, openedOn, ...given }: CreateTaskInput): Promise<Task> {
  const client = await scope.get(Client, clientId)
  client.acceptNew('tasks')
  const on = dayOf(openedOn, scope.today, 'openedOn')
  const task = assignGiven(scope.make(Task, { clientId, openedOn: on, state: TaskState.TODO }), given)
  await refuseForeignProject(scope, task)
  return scope.add(task, { on })
}

export async function updateTask(scope: WriteScope, { id, version, ...given }: UpdateTaskInput): Promise<Task> {
  const task = assignGiven(await scope.take(Task, id, version), given)
  if (given.projectId) await refuseForeignProject(scope, task)
  return scope.change(task)
}

export function startTask(scope: WriteScope, given: OnDay<'on'>): Promise<Task> {
  return transition(scope, Task, given, { verb: 'STARTED', day: 'on' }, (task, on) => {
    refuseBefore(on, task.openedOn, 'on', 'the task was opened')
    task.start()
  })
}

export function completeTask(
  scope: WriteScope,
  given: OnDay<'completedOn'>,
  state: 'DONE' | 'DISCARDED',
): Promise<Task> {
  const verb = state === 'DONE' ? 'COMPLETED' : 'DISCARDED'
  return transition(scope, Task, given, { verb, day: 'completedOn' }, (task, on) => {
    task.complete(state, on)
  })
}

export function reopenTask(scope: WriteScope, given: OnDay<'on'>): Promise<Task> {
  return transition(scope, Task, given, { verb: 'REOPENED', day: 'on' }, (task, on) => {
    refuseBefore(on, task.completedOn, 'on', 'the task was completed')
    task.reopen()
  })
}

export async function deleteTask(scope: WriteScope, { id, version }: RecordVersion): Promise<Task> {
  const task = await scope.take(Task, id, version)
  await scope.remove(task)
  return task
}

async function refuseForeignProject(scope: WriteScope, task: Task) {
  if (!task.projectId) return
  const project = await scope.get(Project, task.projectId)
  if (project.clientId !== task.clientId)
    throw new UserError(
      'PROJECT_OF_ANOTHER_CLIENT',
      `${project.name} is another client's project; choose one of this client's.`,
      'projectId',
    )
}
