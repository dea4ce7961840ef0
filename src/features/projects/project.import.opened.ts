import type { ImportField } from '../imports/index.js'

/** When a project or a task was opened. */
export const openedOn: ImportField = {
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
