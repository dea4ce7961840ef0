const listed = (text: string) => text.split(',').map(part => part.trim())

/** The trades of businesses, as their names begin. */
export const trades = {
  CA: listed(`
    Fusteria, Construccions, Instal·lacions, Forn, Transports, Gràfiques, Serralleria, Tallers, Ferreteria, Òptica, Clínica dental, Assessoria, Arquitectura,
    Jardineria, Vins i caves, Embotits, Formatges, Mobles, Pintures, Electricitat, Calefacció, Reformes, Maquinària agrícola, Tèxtil, Editorial,
    Farmàcia, Autoescola, Perruqueria, Restaurant, Hostal, Excavacions, Vidres, Impremta, Logística, Enginyeria, Consultoria, Laboratori, Plàstics, Metal·lúrgica`),
  ES: listed(`
    Carpintería, Construcciones, Instalaciones, Panadería, Transportes, Artes Gráficas, Cerrajería, Talleres, Ferretería, Óptica, Clínica Dental, Asesoría,
    Arquitectura, Jardinería, Bodegas, Embutidos, Quesos, Muebles, Pinturas, Electricidad, Calefacción, Reformas, Maquinaria Agrícola, Textil, Editorial,
    Farmacia, Autoescuela, Peluquería, Restaurante, Hostal, Excavaciones, Cristalería, Imprenta, Logística, Ingeniería, Consultoría, Laboratorio, Plásticos`),
  EN: listed(
    'Bakery, Books, Consulting, Design, Engineering, Foods, Furniture, Imports, Logistics, Machinery, Media, Software, Textiles, Tools, Trading, Wines',
  ),
} as const

export const cooperatives = listed(
  'Cooperativa Agrícola, Celler Cooperatiu, Cooperativa de Serveis, Cooperativa Elèctrica, Teixits Cooperatius, Habitatge Cooperatiu',
)
export const associations = {
  CA: listed('Associació Cultural, Club Esportiu, Ateneu, Fundació, Col·legi Professional, Agrupament Escolta'),
  ES: listed('Asociación Cultural, Club Deportivo, Ateneo, Fundación, Colegio Profesional, Asociación de Comerciantes'),
} as const

/** Legal forms abroad, by country. */
export const foreignForms: Record<string, string> = {
  US: 'Inc.',
  GB: 'Ltd',
  JP: 'K.K.',
  KW: 'W.L.L.',
  DE: 'GmbH',
  FR: 'SARL',
  IT: 'S.r.l.',
  PT: 'Lda.',
  BE: 'BV',
}

export const tags = listed(
  'VIP, sector públic, exportació, manteniment, recurrent, trimestral, construcció, alimentació, agroindústria, turisme, salut, educació, cooperativa, fira 2025, risc alt, pagament avançat, nou, referència',
)

export const notes = {
  CA: [
    'Volen la factura en PDF i el número de comanda ben visible.',
    "Tanquen la segona quinzena d'agost.",
    'Parlar sempre primer amb administració.',
    "Paguen els dies 25; si cau en festiu, l'endemà.",
    "Interessats a ampliar el manteniment l'any vinent.",
    "La seu nova és al polígon; l'adreça fiscal no canvia.",
  ],
  ES: [
    'Quieren la factura en PDF con el número de pedido bien visible.',
    'Cierran la segunda quincena de agosto.',
    'Hablar siempre primero con administración.',
    'Pagan los días 25; si es festivo, al día siguiente.',
    'Interesados en ampliar el mantenimiento el año que viene.',
    'La sede nueva está en el polígono; la dirección fiscal no cambia.',
  ],
  EN: [
    'Wants invoices in English, with the order number.',
    'Closed in the first week of May.',
    'Call in the morning: seven hours ahead.',
  ],
} as const
