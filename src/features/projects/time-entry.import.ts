import { findUsers, flagOf, recordImport, userField, type RecordValues } from '../imports/index.js'
import { createTimeEntry } from './project.commands.js'
import { findProjects, projectReference } from './project.import.reference.js'
import { TimeEntry } from './time-entry.js'

interface TimeEntryValues extends RecordValues {
  /** Never given: its project has the client. */
  clientId?: string
  /** The text of its cell. */
  project?: string
  projectId: string
  user?: string
  userId: string
  date: string
  minutes: number
  billable?: boolean
  note?: string | null
}

export const timeEntryImport = recordImport<TimeEntry, TimeEntryValues>({
  type: TimeEntry,
  noun: 'time entry',
  externalIdHeaders: [
    'id registre',
    'id registro',
    'time entry id',
    'entry id',
    'referència',
    'referencia',
    'reference',
  ],
  fields: [
    { ...projectReference, required: true },
    {
      ...userField('user', [
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
      description: 'The work that was done.',
      headers: ['note', 'nota', 'notes', 'notas', 'descripció', 'descripción', 'description', 'concepte', 'concepto'],
    },
  ],
  read(row) {
    row.need('project', 'PROJECT_REQUIRED', 'Time needs its project: its external id or code.')
    row.need('user', 'USER_REQUIRED', 'Time needs who worked: an e-mail address or full name.')
    row.take('date', row.day)
    if (row.lacks('date')) row.refuseNew('DATE_REQUIRED', 'Time needs the day it was worked.', 'date')
    row.takeDecimal('minutes', Number)
    if (row.values.minutes === undefined) row.takeHours('minutes', 'hours')
    const { minutes } = row.values
    if (!row.failed && !(minutes !== undefined && Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440))
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
  existingValues: async (_scope, records) =>
    new Map(
      records.map(({ id, projectId, userId, date, minutes, billable, note }) => [
        id,
        { projectId, userId, date, minutes, billable, note },
      ]),
    ),
  title: ({ user, date }) => [user, date].filter(Boolean).join(' '),
  create(scope, values) {
    const { projectId, userId, externalId, date, minutes, billable, note } = values
    return createTimeEntry(scope, { projectId, userId, externalId, date, minutes, billable, note })
  },
})
