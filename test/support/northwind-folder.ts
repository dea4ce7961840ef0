import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Commas without quotes in addresses, cells in quotes, NULLs and doubled spaces, as in the real files.
const customers = `customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone,fax
ALBAT,Albatros Provisions,Nils Holm,Owner,12, quai du Vent,Brest,NULL,29200,France,98.11.22.33,NULL
BRUIX,Brúixola & Fills,Mercè Oliu,Sales Manager,C/ del Far, 7,Palamós,Girona,17230,Spain,(972) 55 01 02,(972) 55 01 03
CINDR,Cinder Lane Grocers,"Webb, Ada",Sales Agent,4 Cinder Lane,Leeds,NULL,LS1 4AB,UK,(113) 555-0101,NULL
DUNEM,Dünen-Markt,Silke  Harms,Owner,Am Deich 3,Husum,NULL,25813,Germany,NULL,NULL
ELMOR,Elm & Orchard,Pat O'Dowd,Buyer,"88 Orchard Rd., Suite 2",Salem,OR,97301,USA,(503) 555-0188,NULL
FJORD,Fjordmat,Tuva Lie,NULL,Bryggen 9,Bergen,NULL,5003,Norway,55-12 34 56,NULL
GRANO,Grano Duro S.p.A.,Elio Conti,Accounting Manager,Via dei Forni 21,Bari,NULL,70121,Italy,080-555123,NULL
HIMAL,Himal Trading,NULL,NULL,Largo do Sol, 40,Porto,NULL,4000,Portugal,(2) 555-7788,NULL
IBISC,Ibisco Alimentos,Rosa Prado,Owner,Av. Central, 512,Recife,PE,50010-000,Brazil,(81) 555-4455,NULL
JUNIP,Juniper's Pantry,Lou Marsh,Sales Agent,"The ""Old"" Mill",Galway,Co. Galway,NULL,Ireland,NULL,NULL
KESTR,Kestrel Foods,Ines Roth,Owner,Seeweg 5,Bregenz,NULL,6900,Austria,5574-1122,5574-1123
LUMEN,Lumen  Deli,Aino Salo,Owner,Rantakatu 2,Turku,NULL,20100,Finland,NULL,NULL
`

const products = `productID,productName,supplierID,categoryID,quantityPerUnit,unitPrice,unitsInStock,unitsOnOrder,reorderLevel,discontinued
1,Salt flakes,1,1,12 boxes,3.35,9,0,0,0
2,"Crackers, rye",1,2,24 pkgs.,0.35,9,0,0,0
3,Dried figs,2,2,1 kg,19.995,9,0,0,0
4,Oat milk,2,3,6 bottles,1234.5,9,0,0,1
`

const prices = ['3.35', '0.35', '19.995', '1234.5', '7.3333']
const quantities = ['1', '12', '2.5', '0.3333', '7', '41', '3']
const discounts = ['0', '0.05', '0.15', '0.033', '0', '0.2500']

export const customerCount = 12
export const contactCount = 11
export const orderCount = 40
/** Orders number 20 and 21 are given away: the first ships, the second never does. */
const free = new Set([20, 21])
export const paidCount = Array.from({ length: orderCount }, (_, at) => at).filter(
  at => isShipped(at) && !free.has(at),
).length

/** The days of the data lie between these; the first order is of the first of them. */
export const days = ['2025-06-30', '2025-07-01', '2025-07-15', '2025-09-30', '2025-12-31', '2026-02-20']

/** A folder in the format of the Northwind files, with invented customers and orders, that is gone after `remove`. */
export function northwindFolder(): { path: string; write(name: string, text: string): void; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'clientela-northwind-'))
  const write = (name: string, text: string) => writeFileSync(join(path, name), text)
  write('customers.csv', customers)
  write('products.csv', products)
  write('orders.csv', orders())
  write('order-details.csv', details())
  return { path, write, remove: () => rmSync(path, { recursive: true }) }
}

function orders(): string {
  const ids = [...customers.matchAll(/^[A-Z]{5}(?=,)/gm)].map(([id]) => id)
  const rows = Array.from({ length: orderCount }, (_, at) => {
    // The last customer never orders.
    const customer = ids[(at * 5) % (ids.length - 1)]
    const shipped = isShipped(at) ? stamp(at * 6 + (at % 4) * 5) : 'NULL'
    return `${501 + at},${customer},1,${stamp(at * 6)},${stamp(at * 6 + 28)},${shipped},1,3.25,Somebody,Pier ${at}, shed 2,Somewhere,NULL,1000,France`
  })
  return `orderID,customerID,employeeID,orderDate,requiredDate,shippedDate,shipVia,freight,shipName,shipAddress,shipCity,shipRegion,shipPostalCode,shipCountry\n${rows.join('\n')}\n`
}

function details(): string {
  const rows = Array.from({ length: orderCount }, (_, at) =>
    Array.from({ length: 1 + (at % 3) }, (_, line) => {
      const pick = (list: string[], step: number) => list[(at * step + line) % list.length]
      return `${501 + at},${1 + ((at + line) % 4)},${pick(prices, 3)},${pick(quantities, 5)},${free.has(at) ? '1' : pick(discounts, 7)}`
    }),
  ).flat()
  return `orderID,productID,unitPrice,quantity,discount\n${rows.join('\n')}\n`
}

function isShipped(at: number) {
  return at % 9 !== 3 && at < 38
}

function stamp(day: number): string {
  return `${new Date(Date.UTC(2025, 6, 1 + day)).toISOString().slice(0, 10)} 00:00:00.000`
}
