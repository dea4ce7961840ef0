import { Project, ProjectState, TimeEntry } from '../features/projects/index.js'
import { fold } from '../lib/fold.js'
import { at } from './random.js'
import { ago, type Story } from './story.js'
import { projectNames, timeNotes } from './vocabulary/work.js'

type Life = 'DRAFT' | 'ACTIVE' | 'RESUMED' | 'PROCESSING' | 'CLOSED' | 'ARCHIVED'

const lives: readonly Life[] = [
  'ACTIVE',
  'CLOSED',
  'PROCESSING',
  'ARCHIVED',
  'DRAFT',
  'CLOSED',
  'RESUMED',
  'ACTIVE',
  'CLOSED',
  'ACTIVE',
]

/** The projects of a client and the time worked on them. */
export function planProjects(story: Story) {
  const { counts, first } = story.plan
  for (let index = 0; index < counts.projects; index++) {
    const entries =
      Math.floor(((index + 1) * counts.timeEntries) / counts.projects) -
      Math.floor((index * counts.timeEntries) / counts.projects)
    planProject(story, first.projects + index, entries)
  }
}

function planProject(story: Story, place: number, entries: number) {
  const { desk, client, plan, language } = story
  const { random } = desk
  const life = at(lives, place)
  const opens = ago(story, 60)
  const ends =
    life === 'ACTIVE' || life === 'RESUMED' || life === 'DRAFT'
      ? ago(story, 0, 20)
      : ago(story, 10, Math.max(10, opens - 30))
  const length = Math.max(0, opens - ends)
  desk.before(opens, () => {
    client.acceptNew('projects')
    const name = `${random.pick(projectNames[language])}${random.chance(0.4) ? ` ${desk.today.slice(0, 4)}` : ''}`
    const project = desk.make(Project, {
      clientId: client.id,
      name,
      nameFolded: fold(name),
      openedOn: desk.today,
      state: ProjectState.DRAFT,
      code: random.chance(0.85)
        ? `P${desk.today.slice(2, 4)}-${plan.ordinal + 1}-${place - plan.first.projects + 1}`
        : null,
      plannedEndOn: random.chance(0.7) ? desk.day(length + random.whole(-20, 40)) : null,
      billable: !random.chance(0.12),
    })
    desk.add(project, { on: desk.today })
    story.projects.push(project)
    const change = (days: number, verb: string, act: () => void) =>
      desk.in(days, () => desk.change(project, act, { verb, on: desk.today }))
    for (let entry = 0; entry < entries; entry++)
      planTime(story, project, opens - desk.workday(opens - random.whole(0, length), opens - length))
    if (life === 'DRAFT') return
    change(random.whole(0, 3), 'ACTIVATED', () => project.activate())
    if (life === 'ACTIVE') return
    const woundUp = length + 4
    change(woundUp, 'WOUND_UP', () => project.windUp())
    if (life === 'PROCESSING') return
    if (life === 'RESUMED') return change(woundUp + 3, 'ACTIVATED', () => project.activate())
    change(woundUp + random.whole(2, 5), 'CLOSED', () => project.close(desk.today))
    if (life === 'ARCHIVED')
      change(woundUp + random.whole(6, 20), 'ARCHIVED', () => {
        project.archivedAt = desk.now
      })
  })
}

/** Time is written down in the evening, or up to two days later. */
function planTime(story: Story, project: Project, days: number) {
  const { desk, client, users, language, plan } = story
  const { random } = desk
  const typed = days + (plan.archived === null ? random.pick([0, 0, 0, 1, 2]) : 0)
  desk.in(typed, () => {
    client.acceptNew('time')
    const entry = desk.make(TimeEntry, {
      projectId: project.id,
      userId: random.pick(users).id,
      clientId: client.id,
      date: desk.earlier(typed - days, project.openedOn),
      minutes: random.chance(0.9) ? 15 * random.whole(1, 32) : random.whole(1, 600),
      billable: project.billable && !random.chance(0.1),
      note: random.chance(0.6) ? random.pick(timeNotes[language]) : null,
    })
    desk.add(entry, { on: entry.date })
    const unbilled = () => !entry.billable || story.unbilled.includes(entry)
    if (entry.billable) story.unbilled.push(entry)
    if (random.chance(0.04))
      desk.in(
        0,
        () =>
          unbilled() &&
          desk.change(entry, () => {
            entry.minutes = Math.min(1440, entry.minutes + 15)
          }),
      )
  })
}
