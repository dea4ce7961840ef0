import { choice, day, reference, text } from '../../model/field.js'
import { refuseBefore, refuseState } from '../../model/state.js'
import { OrganizationRow } from '../../model/row.js'
import { User } from '../access/index.js'
import { Client } from '../clients/index.js'
import { Project } from '../projects/index.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const TaskState = choices('TaskState', 'Where a task is in its life.', {
  TODO: 'Open, not begun.',
  IN_PROGRESS: 'Open, begun.',
  DONE: 'Completed.',
  DISCARDED: 'Completed by deciding not to do it.',
})
export type TaskState = keyof typeof TaskState

@entity('tasks', 'Something to do for a client.', { prefix: 'tsk', permission: 'projects:read' })
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another task has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'openedOn', 'completedOn', 'dueOn'])
@index(['organizationId', 'projectId', 'id'])
@index(['organizationId', 'dueOn', 'id'])
export class Task extends OrganizationRow {
  @reference(() => Client, 'The client it is for.')
  clientId: string

  @reference(() => Project, 'The project it belongs to, of the same client.', { nullable: true })
  projectId: string | null

  @text('The work to be done.', { max: 500 })
  title: string

  @reference(() => User, 'Who is to do it.', { nullable: true })
  assigneeId: string | null

  @choice(TaskState, 'Where it is in its life.')
  state: TaskState

  @day('The day it was opened; it counts from then on.')
  openedOn: string

  @day('The day by which it is to be done; on the day itself it is not overdue.', { nullable: true })
  dueOn: string | null

  @day('The day it was done or discarded; null while open.', { nullable: true })
  completedOn: string | null

  start() {
    refuseState(this, 'Only a task that is to do can be started.', TaskState.TODO)
    this.state = TaskState.IN_PROGRESS
  }

  complete(state: 'DONE' | 'DISCARDED', on: string) {
    refuseState(this, 'Only an open task can be completed or discarded.', TaskState.TODO, TaskState.IN_PROGRESS)
    refuseBefore(on, this.openedOn, 'completedOn', 'the task was opened')
    Object.assign(this, { state, completedOn: on })
  }

  /** A reopened task counts as never completed. */
  reopen() {
    refuseState(this, 'Only a completed task can be reopened.', TaskState.DONE, TaskState.DISCARDED)
    Object.assign(this, { state: TaskState.TODO, completedOn: null })
  }
}
