import { Task, TaskState } from '../features/tasks/index.js'
import { at } from './random.js'
import { ago, type Story } from './story.js'
import { taskTitles } from './vocabulary/work.js'

interface Life {
  /** Days before the last one on which it was opened: at least, at most. */
  opened: [number, number]
  /** Days from the last one to the day it is due. */
  due?: [number, number]
  /** Done around its due date. */
  end?: 'DONE' | 'DISCARDED'
  started?: boolean
  reopened?: boolean
}

const past: [number, number] = [30, 1000]
const lives: readonly Life[] = [
  { opened: past, end: 'DONE', started: true },
  { opened: [3, 90], due: [-60, -1] },
  { opened: past, end: 'DONE' },
  { opened: [1, 40], due: [0, 0], started: true },
  { opened: [0, 30], due: [1, 45] },
  { opened: past, end: 'DISCARDED' },
  { opened: past, end: 'DONE', started: true },
  { opened: [2, 200] },
  { opened: past, end: 'DONE' },
  { opened: [20, 160], due: [-15, -1], started: true },
  { opened: past, end: 'DONE', started: true },
  { opened: [0, 20], due: [1, 7], started: true },
  { opened: past, end: 'DONE', reopened: true },
  { opened: past, end: 'DONE' },
  { opened: past, end: 'DONE', started: true },
  { opened: [5, 60], due: [8, 90] },
  { opened: past, end: 'DISCARDED', started: true },
  { opened: [1, 15], due: [0, 0] },
  { opened: past, end: 'DONE' },
  { opened: past, end: 'DONE', started: true },
  ...Array.from({ length: 10 }, (_, index) => ({ opened: past, end: 'DONE' as const, started: index % 2 === 0 })),
]

export function planTasks(story: Story) {
  const { counts, first } = story.plan
  for (let index = 0; index < counts.tasks; index++) planTask(story, at(lives, first.tasks + index))
}

function planTask(story: Story, life: Life) {
  const { desk, client, users, language } = story
  const { random } = desk
  desk.before(ago(story, ...life.opened), () => {
    client.acceptNew('tasks')
    const lasts = random.whole(1, 40)
    const due = life.due
      ? desk.daysLeft + random.whole(...life.due)
      : life.end && random.chance(0.8)
        ? lasts + random.whole(-8, 12)
        : null
    const task = desk.make(Task, {
      clientId: client.id,
      title: random.pick(taskTitles[language]),
      openedOn: desk.today,
      state: TaskState.TODO,
      projectId: story.projects.length > 0 && random.chance(0.45) ? random.pick(story.projects).id : null,
      assigneeId: random.chance(0.85) ? random.pick(users).id : null,
      dueOn: due === null ? null : desk.day(Math.max(0, due)),
    })
    desk.add(task, { on: desk.today })
    if (life.started)
      desk.in(random.whole(0, Math.min(3, lasts)), () =>
        desk.change(task, () => task.start(), { verb: 'STARTED', on: desk.today }),
      )
    if (life.end) planEnd(story, task, life, lasts + 4)
  })
}

function planEnd({ desk }: Story, task: Task, { end = 'DONE', reopened }: Life, days: number) {
  const complete = () =>
    desk.change(task, () => task.complete(end, desk.today), {
      verb: end === 'DONE' ? 'COMPLETED' : 'DISCARDED',
      on: desk.today,
    })
  desk.in(days, complete)
  if (!reopened) return
  desk.in(days + 2, () => desk.change(task, () => task.reopen(), { verb: 'REOPENED', on: desk.today }))
  if (desk.random.chance(0.7)) desk.in(days + 15, complete)
}
