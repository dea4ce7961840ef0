import { Command, InvalidArgumentError, Option } from 'commander'
import { isDay } from '../lib/calendar.js'
import { UserError } from '../lib/user-error.js'

/** Returns a command whose errors are thrown, so that one place chooses the exit code. */
export const command = (name: string) => new Command(name).exitOverride().showHelpAfterError()

export const jsonOption = () => new Option('--json', 'print JSON for programs instead of text')

/** Returns the names of an enum of the API as people type them: TIME_ENTRY is time-entry. */
export const spelled = (names: object) => Object.keys(names).map(name => name.toLowerCase().replaceAll('_', '-'))

/** Returns the name in the API of what a person typed. */
export const inApi = (text: string) => text.toUpperCase().replaceAll('-', '_')

/** Reads a number that counts something. */
export function toCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It is not a number from 1 to 9999999.')
  return Number(text)
}

export function refuseNoDay(text: string) {
  if (!isDay(text)) throw new UserError('DATE_INVALID', `${text} is not a date of the form YYYY-MM-DD.`)
}
