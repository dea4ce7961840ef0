import { Args, Ctx, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { extension } from '../../graphql/operation.js'
import { counted, Overview, OverviewBlocks, parentOf } from '../figures/index.js'
import { invoiceSections } from './invoice.figures.js'
import {
  AuthorisedInvoices,
  InvoiceCount,
  InvoiceGroup,
  InvoicesOverview,
  kindArgument,
} from './invoice.figures.type.js'
import type { InvoiceKind } from './invoice.js'
import { InvoiceArguments, invoiceList, invoicePage } from './invoice.resolver.js'

@Resolver(() => OverviewBlocks)
export class InvoicesBlockResolver {
  @extension('invoices:read', () => InvoicesOverview, 'Invoices of one kind.', {
    reads: ['invoices'],
    cost: { whole: 60, each: 0.5 },
  })
  invoices(@Root() overview: Overview, @kindArgument() kind: InvoiceKind): InvoicesOverview {
    return overview.section(invoiceSections[kind])
  }
}

/** The list of the invoices counted, the same for every type of group. */
function countedInvoices(root: InvoiceCount, given: InvoiceArguments, ctx: Context) {
  const ofKind = { sql: 't.kind = :kind', parameters: { kind: root.kind } }
  return invoicePage(ctx, { ...counted(given, root.frame), bucket: root.bucket }, parentOf(root), [ofKind])
}

@Resolver(() => InvoiceGroup)
export class InvoiceGroupResolver {
  @extension('invoices:read', () => invoiceList.Connection, 'The invoices counted.')
  invoices(@Root() root: InvoiceGroup, @Args(() => InvoiceArguments) given: InvoiceArguments, @Ctx() ctx: Context) {
    return countedInvoices(root, given, ctx)
  }
}

@Resolver(() => InvoiceCount)
export class InvoiceCountResolver {
  @extension('invoices:read', () => invoiceList.Connection, 'The invoices counted.')
  invoices(@Root() root: InvoiceCount, @Args(() => InvoiceArguments) given: InvoiceArguments, @Ctx() ctx: Context) {
    return countedInvoices(root, given, ctx)
  }
}

@Resolver(() => AuthorisedInvoices)
export class AuthorisedInvoicesResolver {
  @extension('invoices:read', () => invoiceList.Connection, 'The invoices counted.')
  invoices(
    @Root() root: AuthorisedInvoices,
    @Args(() => InvoiceArguments) given: InvoiceArguments,
    @Ctx() ctx: Context,
  ) {
    return countedInvoices(root, given, ctx)
  }
}
