import type { Database } from './database.js'
import type { Sample } from './load.js'
import { median, ratios, spread, type Measured } from './measure.js'
import type { Query } from './queries.js'
import type { SearchResult } from './search.js'

const [quietFrom, quietTo] = [0.9, 1.1]
const milliseconds = (value: number) => value.toFixed(value < 10 ? 2 : 1)
const medianOf = (samples: readonly Sample[] = [], of: (sample: Sample) => number) => median(samples.map(of))
const rate = ({ rate: value }: Sample) => value
const p50 = ({ p50: value }: Sample) => value
const p99 = ({ p99: value }: Sample) => value

/** Collects results as tables of Markdown. */
export class Report {
  failed = false
  private readonly tables = new Map<string, { head: string[]; rows: string[][] }>()
  private readonly faults: string[] = []
  private readonly noisy: string[] = []

  /** Keeps what makes the measurement of a query worthless. */
  void({ name }: Query, differences: readonly string[]) {
    this.failed = true
    this.faults.push(...differences.map(difference => `- ${name}: void. ${difference}`))
  }

  throughput({ name }: Query, measured: Measured) {
    for (const [database, { product, floor, floorAgain }] of measured) {
      const noise = ratios(floorAgain, floor)
      this.noteNoise(`${name} on ${database.name}`, median(noise))
      this.row(`Throughput on ${database.name}, 8 at once (the feed alone)`, {
        query: name,
        'to the floor': spread(ratios(product, floor)),
        'floor to itself': spread(noise),
        'ours/s': medianOf(product, rate).toFixed(0),
        'floor/s': medianOf(floor, rate).toFixed(0),
        'our p50 ms': milliseconds(medianOf(product, p50)),
        'our p99 ms': milliseconds(medianOf(product, p99)),
        'floor p99 ms': milliseconds(medianOf(floor, p99)),
      })
    }
    const [sqlite, mariadb] = ['sqlite', 'mariadb'].map(
      wanted => [...measured].find(([database]) => database.name === wanted)?.[1].product,
    )
    if (sqlite && mariadb)
      this.row('The product on SQLite beside the product on MariaDB', {
        query: name,
        'throughput on SQLite to that on MariaDB': spread(ratios(sqlite, mariadb)),
      })
  }

  crowd(connections: number, measured: Measured) {
    for (const [database, { product, floor, floorAgain }] of measured) {
      this.noteNoise(`${connections} at once on ${database.name}`, median(ratios(floorAgain, floor, p99)))
      this.row(`Page of 50 with overviews, ${connections} at once`, {
        database: database.name,
        'our p99 to the floor’s': spread(ratios(product, floor, p99)),
        'floor’s to itself': spread(ratios(floorAgain, floor, p99)),
        'our p99 ms': milliseconds(medianOf(product, p99)),
        'floor p99 ms': milliseconds(medianOf(floor, p99)),
      })
    }
  }

  growth({ name, main, growing }: Database, measured: Record<'product' | 'floor', Sample[]> | undefined) {
    const title = 'Growth: page of 50 with overviews, one at a time'
    const least = this.tables.get(title)?.rows.find(([database]) => database === name)
    const [ours, floors] = [medianOf(measured?.product, p50), medianOf(measured?.floor, p50)]
    this.row(title, {
      database: name,
      'documents per client': String(main.documentsPerClient),
      'our p50 ms': milliseconds(ours),
      'floor p50 ms': milliseconds(floors),
      [`ours to that with ${growing[0]?.documentsPerClient}`]: (ours / Number(least?.[2] ?? ours)).toFixed(2),
      'the floor’s': (floors / Number(least?.[3] ?? floors)).toFixed(2),
    })
  }

  async servers(databases: readonly Database[]) {
    const mebibytes = (value: number | null) => (value === null ? '–' : value.toFixed(0))
    for (const { name, healthyAfter, idleMemory, product, floor } of databases)
      this.row('Start and memory', {
        database: name,
        'healthy after s': (healthyAfter / 1000).toFixed(2),
        'idle MiB': mebibytes(idleMemory),
        'after the run MiB': mebibytes(await product.memory()),
        'floor after the run MiB': mebibytes(await floor.memory()),
      })
  }

  search(clients: number, limit: number, results: readonly SearchResult[]) {
    const title = `Search among ${clients} clients with their contacts, beside the bare driver's look-up of one client`
    for (const { name, hits, ours, last, bare } of results) {
      this.row(title, {
        query: name,
        hits: String(hits),
        'median ms': ours.toFixed(1),
        'p99 ms': last.toFixed(1),
        'bare median ms': bare.toFixed(1),
        ratio: (ours / bare).toFixed(1),
      })
      if (ours > limit) {
        this.failed = true
        this.faults.push(`- Search for ${name} took longer than ${limit} ms.`)
      }
    }
  }

  text(): string {
    const tables = [...this.tables].map(([title, { head, rows }]) =>
      [`### ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n'),
    )
    const noisy =
      this.noisy.length === 0
        ? []
        : [
            `The machine was not quiet: the floor beside itself left ${quietFrom.toFixed(2)}–${quietTo.toFixed(2)}. These figures say little:\n${this.noisy.map(what => `- ${what}`).join('\n')}`,
          ]
    return [...tables, ...this.faults, ...noisy].join('\n')
  }

  private noteNoise(what: string, ratio: number) {
    if (ratio < quietFrom || ratio > quietTo) this.noisy.push(`${what}: ${ratio.toFixed(2)}`)
  }

  private row(title: string, cells: Record<string, string>) {
    const table = this.tables.get(title) ?? { head: Object.keys(cells), rows: [] }
    table.rows.push(Object.values(cells))
    this.tables.set(title, table)
  }
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
