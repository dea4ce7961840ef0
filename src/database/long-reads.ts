import { busy } from '../model/errors.js'
import type { View } from './reads.js'

// The pool for reading has 20 connections, and others have to read meanwhile.
const mostViews = 8
// One organisation leaves some to the others.
const mostViewsOfOne = 4

/** Limits how many views are held at a time, of all organisations and of one. */
export class LongReads {
  /** How many views are held now. */
  held = 0
  private readonly viewsOf = new Map<string, number>()

  async hold(party: string, open: () => Promise<View>): Promise<View> {
    this.refuseTooMany(party)
    this.count(party, 1)
    const end = () => {
      this.count(party, -1)
    }
    try {
      const { session, release } = await open()
      return { session, release: () => release().finally(end) }
    } catch (error) {
      end()
      throw error
    }
  }

  private refuseTooMany(party: string) {
    if (this.held >= mostViews) throw busy(`There are ${mostViews} long reads already; try again when one has ended.`)
    if ((this.viewsOf.get(party) ?? 0) >= mostViewsOfOne)
      throw busy(`There are ${mostViewsOfOne} long reads of this organization already; try again when one has ended.`)
  }

  private count(party: string, change: number) {
    this.held += change
    this.viewsOf.set(party, (this.viewsOf.get(party) ?? 0) + change)
  }
}
