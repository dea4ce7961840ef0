import { TableFiles } from '../support/table-file.js'
import { UserError } from '../../src/lib/user-error.js'
import { Random } from '../support/random.js'
import { xlsx } from '../support/xlsx.js'
import { hold, seconds, type Fault } from './fault.js'

const count = 1_000

const workbook = () =>
  xlsx({
    sheets: [
      {
        name: 'A',
        rows: Array.from(
          { length: 30 },
          (_, at) =>
            `<row r="${at + 1}"><c r="A${at + 1}" t="s"><v>${at % 3}</v></c><c r="B${at + 1}" s="1"><v>${at}.5</v></c></row>`,
        ).join(''),
      },
    ],
    shared: '<si><t>un</t></si><si><t>dos</t></si><si><t>tres</t></si>',
    formats: ['dd/mm/yyyy'],
  })
const text = () => Buffer.from(Array.from({ length: 30 }, (_, at) => `"Núria; ${at}";B${at};"x ""y"""\r\n`).join(''))

/** Some bytes others than before, or some left out. */
function altered(original: Buffer, random: Random): Buffer {
  const copy = Buffer.from(original)
  for (let times = random.integer(1, 4); times > 0; times--)
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 255)
  if (random.chance(0.3)) return copy.subarray(0, random.integer(0, copy.length))
  return random.chance(0.2)
    ? Buffer.concat([copy.subarray(0, random.integer(0, copy.length)), copy.subarray(random.integer(0, copy.length))])
    : copy
}

export const alteredTables: Fault[] = [
  ['XLSX', workbook],
  ['CSV', text],
]
  .map(([kind, write]) => ({ kind: String(kind), write: write as () => Buffer }))
  .map(({ kind, write }): Fault => ({
    // both are
    name: `Altered file: ${count} times a ${kind} file with random bytes changed or lost is read or refused with a sentence`,
    async run(_, seed) {
      const random = new Random(seed)
      const files = new TableFiles()
      const [original, codes, start] = [write(), new Map<string, number>(), performance.now()]
      try {
        for (let time = 0; time < count; time++) {
          const before = performance.now()
          const code = await files.rows(altered(original, random)).then(
            () => 'read',
            (error: unknown) => {
              if (error instanceof UserError) return error.code
              throw new Error(`File ${time} of seed ${seed} was answered with an error of ours.`, { cause: error })
            },
          )
          codes.set(code, (codes.get(code) ?? 0) + 1)
          hold(
            performance.now() - before < 5_000,
            `File ${time} of seed ${seed} took ${seconds(performance.now() - before)}`,
          )
        }
      } finally {
        files.remove()
      }
      return `${[...codes].map(([code, times]) => `${times} ${code}`).join(', ')} in ${seconds(performance.now() - start)}`
    },
  }))
