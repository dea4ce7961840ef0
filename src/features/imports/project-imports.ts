import type { ReadScope } from '../../database/scope/write-scope.js'
import { fold } from '../../lib/fold.js'
import { User } from '../access/index.js'
import {
  activateProject,
  closeProject,
  createProject,
  createTimeEntry,
  Project,
  TimeEntry,
  windUpProject,
  type ProjectState,
} from '../projects/index.js'
import { completeTask, createTask, startTask, Task, type TaskState } from '../tasks/index.js'
import { choiceOf, flagOf } from './cells.js'
import type { ImportField } from './description.js'
import { recordImport } from './record-import.js'
import type { RowReader } from './row-reader.js'

const openedOn: ImportField = {
  name: 'openedOn',
  description: 'The day it was opened; today where empty.',
  headers: [
    'openedOn',
    'data d’inici',
    'data inici',
    'fecha de inicio',
    'fecha inicio',
    'inici',
    'inicio',
    'obert el',
    'abierto el',
    'opened on',
    'opened',
    'start',
    'start date',
  ],
}
const projectReference: ImportField = {
  name: 'project',
  description: 'The external id of its project, else its code.',
  headers: ['project', 'projecte', 'proyecto', 'codi de projecte', 'código de proyecto', 'project code', 'project id'],
}
const person = (name: string, headers: readonly string[]): ImportField => ({
  name,
  description: 'A user, by e-mail address or full name.',
  headers: [name, `${name}Id`, ...headers],
})

const projectState = choiceOf<ProjectState>({
  DRAFT: ['esborrany', 'borrador'],
  ACTIVE: ['actiu', 'activo', 'obert', 'abierto', 'open'],
  PROCESSING: ['en procés', 'en proceso', 'en curs', 'en curso'],
  CLOSED: ['tancat', 'cerrado', 'acabat', 'terminado'],
})
const taskState = choiceOf<TaskState>({
  TODO: ['pendent', 'pendiente', 'to do', 'oberta', 'abierta', 'open'],
  IN_PROGRESS: ['en curs', 'en curso', 'en marxa', 'en marcha', 'in progress'],
  DONE: ['feta', 'fet', 'hecha', 'hecho', 'completada', 'completed'],
  DISCARDED: ['descartada', 'anul·lada', 'cancelada', 'cancelled'],
})

export const projectImport = recordImport<Project>(
  {
    type: Project,
    noun: 'project',
    ofClient: true,
    fields: [
      {
        name: 'name',
        required: true,
        description: 'Its name.',
        headers: ['name', 'nom', 'nombre', 'projecte', 'proyecto', 'project', 'project name'],
      },
      {
        name: 'code',
        description: 'A short code of your own.',
        headers: ['code', 'codi', 'código', 'codi de projecte', 'código de proyecto', 'project code'],
        borrows: 'externalId',
      },
      openedOn,
      {
        name: 'plannedEndOn',
        description: 'The day it is planned to end.',
        headers: [
          'plannedEndOn',
          'final previst',
          'fin previsto',
          'data prevista',
          'fecha prevista',
          'planned end',
          'due date',
          'end date',
        ],
      },
      {
        name: 'billable',
        description: 'Whether its time is billed: yes or no; yes where empty.',
        headers: ['billable', 'facturable'],
      },
      {
        name: 'state',
        description: 'DRAFT, ACTIVE, PROCESSING or CLOSED, also in Catalan or Spanish; ACTIVE where empty.',
        headers: ['state', 'estat', 'estado', 'status'],
      },
      {
        name: 'closedOn',
        description: 'The day it was closed; needed where it is.',
        headers: ['closedOn', 'tancat el', 'data de tancament', 'cerrado el', 'fecha de cierre', 'closed on', 'closed'],
      },
    ],
    read(row) {
      need(row, 'name', 'PROJECT_NAME_REQUIRED', 'A project needs a name.')
      row.take('code')
      for (const field of ['openedOn', 'plannedEndOn', 'closedOn']) row.take(field, row.day)
      row.take('billable', flagOf)
      row.take('state', projectState)
      needsDay(row, 'closedOn', row.values.state === 'CLOSED', ['CLOSED'])
    },
    told: async (_scope, records) =>
      new Map(
        records.map(({ id, name, code, openedOn: opened, plannedEndOn, billable, state, closedOn }) => [
          id,
          { name, code, openedOn: opened, plannedEndOn, billable, state, closedOn },
        ]),
      ),
    title: ({ name }) => name as string | null, // as read
    calledIn: { on: 'openedOn' },
    numbered: {
      field: 'code',
      keyOf: ({ code }) => (typeof code === 'string' ? code : null),
      keyOfRecord: ({ code }) => code ?? '',
    },
    async create(scope, values) {
      const {
        clientId,
        externalId,
        name,
        code,
        openedOn: opened,
        plannedEndOn,
        billable,
        state = 'ACTIVE',
        closedOn,
      } = values as {
        clientId: string
        externalId: string
        name: string
        code?: string
        openedOn?: string
        plannedEndOn?: string
        billable?: boolean
        state?: ProjectState
        closedOn?: string
      } // as read
      let project = await createProject(scope, {
        clientId,
        externalId,
        name,
        code,
        openedOn: opened,
        plannedEndOn,
        ...(billable === undefined ? {} : { billable }),
      })
      const at = () => ({ id: project.id, version: project.version })
      if (state !== 'DRAFT') project = await activateProject(scope, { ...at(), on: project.openedOn })
      if (state === 'PROCESSING') project = await windUpProject(scope, { ...at(), on: project.openedOn })
      if (state === 'CLOSED') project = await closeProject(scope, { ...at(), closedOn })
      return project
    },
  },
  ['codi de projecte', 'código de proyecto', 'project id', 'project code', 'referència', 'referencia', 'reference'],
)

export const taskImport = recordImport<Task>(
  {
    type: Task,
    noun: 'task',
    ofClient: true,
    fields: [
      {
        name: 'title',
        required: true,
        description: 'What is to be done.',
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
      person('assignee', ['assignada a', 'asignada a', 'responsable', 'persona', 'assigned to', 'owner']),
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
      need(row, 'title', 'TASK_TITLE_REQUIRED', 'A task needs a title.')
      for (const field of ['openedOn', 'dueOn', 'completedOn']) row.take(field, row.day)
      for (const field of ['project', 'assignee']) row.take(field)
      row.take('state', taskState)
      needsDay(row, 'completedOn', row.values.state === 'DONE' || row.values.state === 'DISCARDED', [
        'DONE',
        'DISCARDED',
      ])
    },
    async refer(scope, rows) {
      await findProjects(scope, rows)
      await findUsers(scope, rows, 'assignee')
    },
    told: async (_scope, records) =>
      new Map(
        records.map(({ id, title, projectId, assigneeId, openedOn: opened, dueOn, state, completedOn }) => [
          id,
          { title, projectId, assigneeId, openedOn: opened, dueOn, state, completedOn },
        ]),
      ),
    title: ({ title }) => title as string | null, // as read
    calledIn: { on: 'openedOn' },
    async create(scope, values) {
      const {
        clientId,
        externalId,
        title,
        projectId,
        assigneeId,
        openedOn: opened,
        dueOn,
        state = 'TODO',
        completedOn,
      } = values as {
        clientId: string
        externalId: string
        title: string
        projectId?: string
        assigneeId?: string
        openedOn?: string
        dueOn?: string
        state?: TaskState
        completedOn?: string
      } // as read
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
  },
  ['codi de tasca', 'código de tarea', 'task id', 'referència', 'referencia', 'reference'],
)

export const timeEntryImport = recordImport<TimeEntry>(
  {
    type: TimeEntry,
    noun: 'time entry',
    ofClient: false,
    fields: [
      { ...projectReference, required: true },
      {
        ...person('user', [
          'usuari',
          'usuario',
          'persona',
          'person',
          'treballador',
          'trabajador',
          'empleat',
          'empleado',
          'employee',
        ]),
        required: true,
      },
      {
        name: 'date',
        required: true,
        description: 'The day it was worked.',
        headers: ['date', 'data', 'fecha', 'dia', 'día', 'day'],
      },
      {
        name: 'minutes',
        required: true,
        holds: 'NUMBER',
        description: 'Minutes, 1 to 1440; or give hours.',
        headers: ['minutes', 'minuts', 'minutos', 'min'],
      },
      {
        name: 'hours',
        holds: 'NUMBER',
        description: 'Hours, as 1:30 or 1,5; instead of minutes.',
        headers: ['hours', 'hores', 'horas', 'h', 'durada', 'duración', 'duration', 'temps', 'tiempo', 'time'],
      },
      {
        name: 'billable',
        description: 'Whether it is billed: yes or no; as its project where empty.',
        headers: ['billable', 'facturable'],
      },
      {
        name: 'note',
        lines: true,
        description: 'What was done.',
        headers: ['note', 'nota', 'notes', 'notas', 'descripció', 'descripción', 'description', 'concepte', 'concepto'],
      },
    ],
    read(row) {
      need(row, 'project', 'PROJECT_REQUIRED', 'Time needs its project: its external id or code.')
      need(row, 'user', 'USER_REQUIRED', 'Time needs who worked: an e-mail address or full name.')
      row.take('date', row.day)
      if (row.lacks('date')) row.refuseNew('DATE_REQUIRED', 'Time needs the day it was worked.', 'date')
      row.takeDecimal('minutes', Number)
      if (row.values.minutes === undefined) row.takeHours('hours', 'minutes')
      const { minutes } = row.values
      if (!row.failed && !(typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440))
        row.refuseNew(
          'MINUTES_INVALID',
          'Time is 1 to 1440 whole minutes of a day.',
          row.has('minutes') ? 'minutes' : 'hours',
        )
      row.take('billable', flagOf)
      row.take('note')
    },
    async refer(scope, rows) {
      await findProjects(scope, rows)
      await findUsers(scope, rows, 'user')
    },
    told: async (_scope, records) =>
      new Map(
        records.map(({ id, projectId, userId, date, minutes, billable, note }) => [
          id,
          { projectId, userId, date, minutes, billable, note },
        ]),
      ),
    title: ({ user, date }) => [user, date].filter(Boolean).join(' '),
    create(scope, values) {
      const { projectId, userId, externalId, date, minutes, billable, note } = values as {
        projectId: string
        userId: string
        externalId: string
        date: string
        minutes: number
        billable?: boolean
        note?: string
      } // as read
      return createTimeEntry(scope, {
        projectId,
        userId,
        externalId,
        date,
        minutes,
        note,
        ...(billable === undefined ? {} : { billable }),
      })
    },
  },
  ['id registre', 'id registro', 'time entry id', 'entry id', 'referència', 'referencia', 'reference'],
)

export function need<T>(row: RowReader<T>, field: string, code: string, message: string) {
  row.take(field, undefined, { stays: true })
  if (row.lacks(field)) row.refuseNew(code, message, field)
}

/** A state that was reached on a day needs it, and no other state has one. */
export function needsDay<T>(row: RowReader<T>, field: string, isReached: boolean, states: readonly string[]) {
  if (row.failed) return
  if (isReached && !row.values[field])
    row.refuseNew(
      'DATE_REQUIRED',
      `The day is missing: ${field} is needed where the state is ${states.join(' or ')}.`,
      field,
    )
  if (!isReached && row.values[field])
    row.refuseNew('STATE_MISSING', `${field} says a day, but the state is not ${states.join(' or ')}.`, field)
}

async function findProjects<T>(scope: ReadScope, rows: readonly RowReader<T>[]) {
  const named = [...new Set(rows.flatMap(({ values: { project } }) => (typeof project === 'string' ? project : [])))]
  if (named.length === 0) return
  const projects = await scope.list(Project, {
    sql: 't.externalId IN (:...named) OR t.code IN (:...named) OR t.id IN (:...named)',
    parameters: { named },
  })
  for (const row of rows) {
    const { project: name, clientId } = row.values
    if (typeof name !== 'string') continue
    const own = projects.filter(project => clientId === undefined || project.clientId === clientId)
    const found =
      [
        own.filter(({ externalId }) => externalId === name),
        own.filter(({ code }) => code === name),
        own.filter(({ id }) => id === name),
      ].find(each => each.length > 0) ?? []
    if (found.length === 1) row.values.projectId = found[0]?.id
    else if (found.length === 0)
      row.refuse(
        'PROJECT_UNKNOWN',
        `No project${clientId === undefined ? '' : ' of this client'} has the external id or code ${name}; import the projects first.`,
        'project',
      )
    else
      row.refuse(
        'PROJECT_AMBIGUOUS',
        `Several projects have the code ${name}; name this one by its external id.`,
        'project',
      )
  }
}

export async function findUsers<T>(scope: ReadScope, rows: readonly RowReader<T>[], field: string) {
  if (!rows.some(({ values }) => values[field] !== undefined)) return
  const users = await scope.list(User)
  for (const row of rows) {
    const name = row.values[field]
    if (typeof name !== 'string') continue
    const found =
      [
        users.filter(({ email }) => email.toLowerCase() === name.toLowerCase()),
        users.filter(user => fold(user.name) === fold(name)),
        users.filter(({ id }) => id === name),
      ].find(each => each.length > 0) ?? []
    if (found.length === 1) row.values[`${field}Id`] = found[0]?.id
    else
      row.refuse(
        found.length === 0 ? 'USER_UNKNOWN' : 'USER_AMBIGUOUS',
        found.length === 0
          ? `${name} is no user; add them first, or mend the name or e-mail address.`
          : `Several users are called ${name}; name this one by e-mail address.`,
        field,
      )
  }
}
