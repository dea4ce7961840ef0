import { type Random } from '../support/random.js'
import { escaped } from '../support/xlsx.js'

export interface Column {
  style?: keyof typeof styles
  cell: (random: Random, from1904: boolean) => Cell
}

export interface Cell {
  /** Text where there is none. */
  type?: 'float' | 'date' | 'time' | 'boolean' | 'percentage' | 'currency'
  value?: string
  formula?: string
  /** As whom reads it is told it. */
  text: string
}

const namespaces = [
  ...['office', 'style', 'text', 'table'].map(
    name => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  ),
  'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"',
  'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"',
].join(' ')
const dash = '<number:text>-</number:text>'
const colon = '<number:text>:</number:text>'
const [year, month, day] = ['year', 'month', 'day'].map(name => `<number:${name} number:style="long"/>`)
const time = ['hours', 'minutes', 'seconds'].map(name => `<number:${name} number:style="long"/>`).join(colon)
const styles = {
  day: ['date', `${year}${dash}${month}${dash}${day}`],
  longDay: [
    'date',
    '<number:day/><number:text> de </number:text><number:month number:textual="true" number:style="long"/><number:text> de </number:text><number:year number:style="long"/>',
    ' number:language="ca" number:country="ES"',
  ],
  instant: [
    'date',
    `${day}<number:text>/</number:text>${month}<number:text>/</number:text>${year}<number:text> </number:text>${time}`,
  ],
  duration: ['time', time, ' number:truncate-on-overflow="false"'],
  flag: ['boolean', '<number:boolean/>'],
  share: [
    'percentage',
    '<number:number number:decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text>',
  ],
  euros: [
    'currency',
    '<number:number number:decimal-places="2" number:min-integer-digits="1" number:grouping="true"/><number:text> </number:text><number:currency-symbol>€</number:currency-symbol>',
  ],
  padded: ['number', '<number:number number:decimal-places="0" number:min-integer-digits="5"/>'],
} as const

const aside =
  '<table:table-row><table:table-cell office:value-type="string"><text:p>of no account</text:p></table:table-cell></table:table-row>'

/**
 * A spreadsheet as one file of XML, which LibreOffice opens as its own, with a hidden sheet between two that are shown.
 */
export function openDocument(rows: Cell[][], columns: Column[], from1904: boolean): string {
  const declared = Object.entries(styles).map(
    ([name, [kind, content, attributes = '']]) =>
      `<number:${kind}-style style:name="n-${name}"${attributes}>${content}</number:${kind}-style><style:style style:name="${name}" style:family="table-cell" style:data-style-name="n-${name}"/>`,
  )
  const table = (name: string, content: string) =>
    `<table:table table:name="${name}"${name === 'Hidden' ? ' table:style-name="hidden"' : ''}>${content}</table:table>`
  return (
    `<?xml version="1.0"?><office:document ${namespaces} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:automatic-styles>${declared.join('')}` +
    '<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>' +
    (from1904
      ? '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
      : '') +
    table(
      'Shown',
      rows
        .map(
          cells =>
            `<table:table-row>${cells.map((cell, at) => cellXml(cell, columns[at]?.style)).join('')}</table:table-row>`,
        )
        .join(''),
    ) +
    table('Hidden', aside) +
    table('Also shown', aside) +
    '</office:spreadsheet></office:body></office:document>'
  )
}

function cellXml({ type, value, formula, text }: Cell, style?: string): string {
  if (text === '') return '<table:table-cell/>'
  const attributes = style ? ` table:style-name="${style}"` : ''
  if (formula) return `<table:table-cell${attributes} table:formula="of:${escaped(formula)}"/>`
  if (!type)
    return `<table:table-cell${attributes} office:value-type="string">${text
      .split('\n')
      .map(line => `<text:p>${lineXml(line)}</text:p>`)
      .join('')}</table:table-cell>`
  const name = {
    float: 'value',
    percentage: 'value',
    currency: 'value',
    date: 'date-value',
    time: 'time-value',
    boolean: 'boolean-value',
  }[type]
  return `<table:table-cell${attributes} office:value-type="${type}" office:${name}="${value}"${type === 'currency' ? ' office:currency="EUR"' : ''}/>`
}

/** Spaces that follow each other count as one, unless they are elements. */
const lineXml = (line: string) => escaped(line).replaceAll(' ', '<text:s/>')
