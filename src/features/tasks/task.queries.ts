import { computed } from '../../model/computed.js'
import type { Day } from '../../lib/calendar.js'
import type { Condition } from '../../model/condition.js'
import { choices } from '../../model/choices.js'

export const TaskBucket = choices('TaskBucket', 'The groups of open tasks that an overview counts, each for a day.', {
  OVERDUE: 'Due before the day.',
  DUE: 'Due on the day.',
  UPCOMING: 'Due after the day.',
  UNSCHEDULED: 'Without a due date.',
  OPEN: 'All of these.',
})
export type TaskBucket = keyof typeof TaskBucket

/** The rules of the groups over a task's columns. Shared by counts and lists, so that they agree. */
export function taskRules(column: (name: string) => string): Record<TaskBucket, string> {
  const open = `${column('openedOn')} <= :asOf AND (${column('completedOn')} IS NULL OR ${column('completedOn')} > :asOf)`
  return {
    OVERDUE: `${open} AND ${column('dueOn')} < :asOf`,
    DUE: `${open} AND ${column('dueOn')} = :asOf`,
    UPCOMING: `${open} AND ${column('dueOn')} > :asOf`,
    UNSCHEDULED: `${open} AND ${column('dueOn')} IS NULL`,
    OPEN: open,
  }
}

/** The tasks of a group on a day, as a condition of a list. */
export const inTaskBucket = (bucket: TaskBucket, asOf: Day): Condition => ({
  sql: taskRules(name => `t.${name}`)[bucket],
  parameters: { asOf },
})

export const assigneeName = computed(
  'assigneeName',
  'text',
  'The name of who is to do it, without case and accents.',
  'SELECT u.name_folded FROM users u WHERE u.organization_id = :organization AND u.id = t.assigneeId',
  { nullable: true, folded: 'nameFolded' },
)
