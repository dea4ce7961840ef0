import type { LinkKind } from '../../request/signed-link.js'
import { File } from './file.js'

/** Links to the bytes of attached files. */
export const fileLink: LinkKind = {
  path: '/files',
  gone: 'This file was deleted.',
  open: (ctx, id) => ctx.readByKey('member', scope => scope.find(File, id)),
}
