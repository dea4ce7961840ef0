import type { Language } from '../../features/organizations/index.js'

export interface Place {
  city: string
  /** Null where the country writes none. */
  postalCode: string | null
  region: string
  country: string
  language: Language
}

const provinces = new Map(
  `01 Álava, 02 Albacete, 03 Alacant, 06 Badajoz, 07 Illes Balears, 08 Barcelona, 09 Burgos, 10 Cáceres, 12 Castelló, 15 A Coruña, 17 Girona,
  18 Granada, 20 Gipuzkoa, 22 Huesca, 24 León, 25 Lleida, 26 La Rioja, 28 Madrid, 29 Málaga, 30 Murcia, 31 Navarra, 33 Asturias, 35 Las Palmas, 36 Pontevedra,
  37 Salamanca, 38 Santa Cruz de Tenerife, 39 Cantabria, 41 Sevilla, 43 Tarragona, 44 Teruel, 45 Toledo, 46 València, 47 Valladolid, 48 Bizkaia, 50 Zaragoza`
    .split(',')
    .map(each => each.trim())
    .map(text => [text.slice(0, 2), text.slice(3)] as const),
)

/** «08221 Terrassa»: the first two digits of a postal code are those of the province. */
const spanish = (language: Language, text: string): Place[] =>
  text
    .split(',')
    .map(each => each.trim())
    .map(each => {
      const postalCode = each.slice(0, 5)
      const region = provinces.get(postalCode.slice(0, 2))
      if (!region) throw new Error(`${each} lies in no province.`)
      return { city: each.slice(6), postalCode, region, country: 'ES', language }
    })

export const catalanPlaces = spanish(
  'CA',
  `
  08010 Barcelona, 08901 l'Hospitalet de Llobregat, 08911 Badalona, 08221 Terrassa, 08201 Sabadell, 08301 Mataró, 08921 Santa Coloma de Gramenet,
  08172 Sant Cugat del Vallès, 08940 Cornellà de Llobregat, 08830 Sant Boi de Llobregat, 08191 Rubí, 08241 Manresa, 08800 Vilanova i la Geltrú,
  08840 Viladecans, 08860 Castelldefels, 08820 el Prat de Llobregat, 08401 Granollers, 08290 Cerdanyola del Vallès, 08100 Mollet del Vallès, 08500 Vic,
  08700 Igualada, 08720 Vilafranca del Penedès, 08600 Berga, 08440 Cardedeu, 08025 Barcelona, 17001 Girona, 17600 Figueres, 17800 Olot, 17300 Blanes,
  17190 Salt, 17820 Banyoles, 17200 Palafrugell, 17520 Puigcerdà, 17500 Ripoll, 17100 la Bisbal d'Empordà, 25001 Lleida, 25600 Balaguer, 25300 Tàrrega,
  25230 Mollerussa, 25700 la Seu d'Urgell, 25200 Cervera, 25280 Solsona, 25620 Tremp, 25530 Vielha, 43001 Tarragona, 43201 Reus, 43500 Tortosa,
  43700 el Vendrell, 43850 Cambrils, 43800 Valls, 43870 Amposta, 43730 Falset, 07001 Palma, 07300 Inca, 07500 Manacor, 46600 Alzira, 46700 Gandia,
  12001 Castelló de la Plana`,
)

export const spanishPlaces = spanish(
  'ES',
  `
  28013 Madrid, 28100 Alcobendas, 28901 Getafe, 50001 Zaragoza, 46001 València, 03001 Alacant, 03201 Elx, 41001 Sevilla, 29001 Málaga, 48001 Bilbao,
  20001 Donostia / San Sebastián, 01001 Vitoria-Gasteiz, 31001 Pamplona, 26001 Logroño, 09001 Burgos, 47001 Valladolid, 33001 Oviedo, 33201 Gijón,
  39001 Santander, 15001 A Coruña, 36201 Vigo, 30001 Murcia, 30201 Cartagena, 18001 Granada, 22001 Huesca, 44001 Teruel, 02001 Albacete, 45001 Toledo,
  37001 Salamanca, 24001 León, 06001 Badajoz, 10001 Cáceres, 35001 Las Palmas de Gran Canaria, 38001 Santa Cruz de Tenerife`,
)

export const foreignPlaces: Record<string, Place[]> = {
  US: [
    place('US', 'Portland', '97201', 'Oregon'),
    place('US', 'Boston', '02110', 'Massachusetts'),
    place('US', 'Austin', '78701', 'Texas'),
  ],
  GB: [
    place('GB', 'Leeds', 'LS1 4AP', 'West Yorkshire'),
    place('GB', 'Bristol', 'BS1 5TR', 'Bristol'),
    place('GB', 'London', 'EC1A 1BB', 'Greater London'),
  ],
  JP: [
    place('JP', 'Kyoto', '604-8005', 'Kyoto'),
    place('JP', 'Osaka', '530-0001', 'Osaka'),
    place('JP', 'Yokohama', '220-0012', 'Kanagawa'),
  ],
  KW: [place('KW', 'Kuwait City', null, 'Al Asimah'), place('KW', 'Salmiya', null, 'Hawalli')],
  DE: [place('DE', 'Freiburg', '79098', 'Baden-Württemberg'), place('DE', 'Leipzig', '04109', 'Sachsen')],
  FR: [place('FR', 'Perpignan', '66000', 'Pyrénées-Orientales'), place('FR', 'Toulouse', '31000', 'Haute-Garonne')],
  IT: [place('IT', 'Torino', '10121', 'Piemonte'), place('IT', 'Bologna', '40121', 'Emilia-Romagna')],
  PT: [place('PT', 'Porto', '4000-007', 'Porto'), place('PT', 'Braga', '4700-030', 'Braga')],
  BE: [place('BE', 'Gent', '9000', 'Oost-Vlaanderen'), place('BE', 'Liège', '4000', 'Liège')],
}

function place(country: string, city: string, postalCode: string | null, region: string): Place {
  return { city, postalCode, region, country, language: 'EN' }
}

export const streets = {
  CA: "C/ Major, C/ Nou, Rambla Nova, Av. de Catalunya, Pl. de la Vila, C/ de Sant Josep, C/ del Raval, Pg. de la Indústria, C/ de la Font, Ctra. de Manresa, C/ Pau Casals, Av. del Carrilet, C/ Verdaguer, C/ de l'Església, Ptge. del Mercat, Camí del Mig".split(
    ', ',
  ),
  ES: 'C/ Mayor, Avda. de la Constitución, C/ Real, Pl. de España, C/ San Francisco, Paseo de la Estación, C/ del Carmen, Ronda Norte, C/ Cervantes, Avda. de Andalucía, C/ Nueva, Camino Viejo, C/ Goya'.split(
    ', ',
  ),
  EN: 'High Street, Station Road, Main Street, Market Square, Mill Lane, Harbour Road, Park Avenue'.split(', '),
} as const
