import { clientReference } from '../clients/index.js'
import { choiceOf, findUsers, recordImport, userField, type RecordValues } from '../imports/index.js'
import { findProjects, openedOn, projectReference } from '../projects/index.js'
import { completeTask, createTask, startTask } from './task.commands.js'
import { Task, type TaskState } from './task.js'

const taskState = choiceOf<TaskState>({
  TODO: ['pendent', 'pendiente', 'to do', 'oberta', 'abierta', 'open'],
  IN_PROGRESS: ['en curs', 'en curso', 'en marxa', 'en marcha', 'in progress'],
  DONE: ['feta', 'fet', 'hecha', 'hecho', 'completada', 'completed'],
  DISCARDED: ['descartada', 'anul·lada', 'cancelada', 'cancelled'],
})

interface TaskValues extends RecordValues {
  clientId: string
  title: string
  /** The text of its cell. */
  project?: string | null
  projectId?: string
  assignee?: string | null
  assigneeId?: string
  openedOn?: string | null
  dueOn?: string | null
  state?: TaskState
  completedOn?: string | null
}

export const taskImport = recordImport<Task, TaskValues>({
  type: Task,
  noun: 'task',
  externalIdHeaders: ['codi de tasca', 'código de tarea', 'task id', 'referència', 'referencia', 'reference'],
  owner: clientReference,
  fields: [
    {
      name: 'title',
      required: true,
      description: 'The work to be done.',
      headers: [
        'title',
        'títol',
        'título',
        'tasca',
        'tarea',
        'task',
        'nom',
        'nombre',
        'name',
        'descripció',
        'descripción',
        'description',
      ],
    },
    projectReference,
    userField('assignee', ['assignada a', 'asignada a', 'responsable', 'persona', 'assigned to', 'owner']),
    openedOn,
    {
      name: 'dueOn',
      description: 'The last day for it.',
      headers: [
        'dueOn',
        'venciment',
        'vencimiento',
        'data límit',
        'fecha límite',
        'due on',
        'due date',
        'due',
        'deadline',
      ],
    },
    {
      name: 'state',
      description: 'TODO, IN_PROGRESS, DONE or DISCARDED, also in Catalan or Spanish; TODO where empty.',
      headers: ['state', 'estat', 'estado', 'status'],
    },
    {
      name: 'completedOn',
      description: 'The day it was done or discarded; needed where it was.',
      headers: [
        'completedOn',
        'feta el',
        'completada el',
        'hecha el',
        'data de finalització',
        'fecha de finalización',
        'completed on',
        'done on',
        'completed',
      ],
    },
  ],
  read(row) {
    row.need('title', 'TASK_TITLE_REQUIRED', 'A task needs a title.')
    for (const field of ['openedOn', 'dueOn', 'completedOn'] as const) row.take(field, row.day)
    for (const field of ['project', 'assignee'] as const) row.take(field)
    row.take('state', taskState)
    row.needsDay('completedOn', row.values.state === 'DONE' || row.values.state === 'DISCARDED', ['DONE', 'DISCARDED'])
  },
  async refer(scope, rows) {
    await findProjects(scope, rows)
    await findUsers(scope, rows, 'assignee')
  },
  existingValues: async (_scope, records) =>
    new Map(
      records.map(({ id, title, projectId, assigneeId, openedOn: opened, dueOn, state, completedOn }) => [
        id,
        { title, projectId, assigneeId, openedOn: opened, dueOn, state, completedOn },
      ]),
    ),
  title: ({ title }) => title ?? null,
  calledIn: { on: 'openedOn' },
  async create(scope, values) {
    const { clientId, externalId, title, projectId, assigneeId, openedOn: opened, dueOn } = values
    const { state = 'TODO', completedOn } = values
    const task = await createTask(scope, {
      clientId,
      externalId,
      title,
      projectId,
      assigneeId,
      openedOn: opened,
      dueOn,
    })
    if (state === 'IN_PROGRESS') return startTask(scope, { id: task.id, version: task.version, on: task.openedOn })
    return state === 'TODO' ? task : completeTask(scope, { id: task.id, version: task.version, completedOn }, state)
  },
})
