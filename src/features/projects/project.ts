import { choice, day, flag, instant, reference, text } from '../../model/field.js'
import { OrganizationRow } from '../../model/row.js'
import { refuseBefore, refuseState } from '../../model/state.js'
import { Client } from '../clients/index.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const ProjectState = choices('ProjectState', 'Where a project is in its life.', {
  DRAFT: 'Being prepared.',
  ACTIVE: 'Being worked on.',
  PROCESSING: 'Work is done; being wound up and billed.',
  CLOSED: 'Finished, for good.',
})
export type ProjectState = keyof typeof ProjectState

@entity('projects', 'Work for a client, on which hours are logged.', {
  prefix: 'prj',
  permission: 'projects:read',
  search: { title: 'name', names: ['name'], codes: ['code', 'externalId'] },
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another project has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'code'], { code: 'CODE_TAKEN', message: 'Another project has this code.', field: 'code' })
@index(['organizationId', 'clientId', 'openedOn', 'state'])
@index(['organizationId', 'nameFolded', 'id'])
export class Project extends OrganizationRow {
  @reference(() => Client, 'The client it is for.')
  clientId: string

  @text('Its name.', { folded: 'nameFolded' })
  name: string

  @text('The name without case and accents, for sorting.', { max: 400, hidden: true })
  nameFolded: string

  @text('A short code, unique in the organisation.', { nullable: true, max: 40 })
  code: string | null

  @choice(ProjectState, 'Where it is in its life.')
  state: ProjectState

  @day('The day it was opened; it counts from then on.')
  openedOn: string

  @day('The day it was closed.', { nullable: true })
  closedOn: string | null

  @day('The day it is planned to end.', { nullable: true })
  plannedEndOn: string | null

  @flag('Whether its hours are billable unless an entry says otherwise.')
  billable: boolean

  @instant('When it left lists and pickers; null while in use.', { nullable: true })
  archivedAt: Date | null

  activate() {
    refuseState(
      this,
      'Only a draft or processing project can be made active.',
      ProjectState.DRAFT,
      ProjectState.PROCESSING,
    )
    this.state = ProjectState.ACTIVE
  }

  windUp() {
    refuseState(this, 'Only an active project can be put into processing.', ProjectState.ACTIVE)
    this.state = ProjectState.PROCESSING
  }

  close(on: string) {
    refuseState(
      this,
      'This project is closed already.',
      ProjectState.DRAFT,
      ProjectState.ACTIVE,
      ProjectState.PROCESSING,
    )
    refuseBefore(on, this.openedOn, 'closedOn', 'the project was opened')
    Object.assign(this, { state: ProjectState.CLOSED, closedOn: on })
  }
}
