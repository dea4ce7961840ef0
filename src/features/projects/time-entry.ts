import { day, flag, integer, reference, text } from '../../model/field.js'
import { OrganizationRow } from '../../model/row.js'
import { User } from '../access/index.js'
import { Client } from '../clients/index.js'
import { Project } from './project.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@entity('time_entries', 'Time that a person worked on a project on one day.', {
  prefix: 'tim',
  permission: 'projects:read',
  called: ({ minutes, date }: TimeEntry) => `${minutes} minutes on ${date}`,
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another time entry has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'date', 'minutes', 'billable', 'id'])
@index(['organizationId', 'projectId', 'date', 'id'])
export class TimeEntry extends OrganizationRow {
  @reference(() => Project, 'The project worked on.')
  projectId: string

  // As the project's: the overview of a client reads it without looking at projects.
  @reference(() => Client, 'The client of the project.')
  clientId: string

  @reference(() => User, 'Who worked.')
  userId: string

  @day('The local day on which the work was done.')
  date: string

  @integer('Minutes worked, 1 to 1440.')
  minutes: number

  @flag('Whether it may be billed.')
  billable: boolean

  @text('The work that was done.', { nullable: true, max: 1000, lines: true })
  note: string | null
}
