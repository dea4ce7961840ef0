export const projectNames = {
  CA: [
    'Web corporativa',
    'Botiga en línia',
    'Migració al núvol',
    'Manteniment informàtic',
    'Campanya de tardor',
    'Auditoria energètica',
    'Catàleg nou',
    'Intranet',
    "Reforma de l'oficina",
    'Pla de comunicació',
    "Digitalització d'arxius",
    "Integració amb l'ERP",
    'Suport anual',
    'Estand de fira',
  ],
  ES: [
    'Web corporativa',
    'Tienda en línea',
    'Migración a la nube',
    'Mantenimiento informático',
    'Campaña de otoño',
    'Auditoría energética',
    'Catálogo nuevo',
    'Intranet',
    'Reforma de la oficina',
    'Plan de comunicación',
    'Digitalización de archivos',
    'Integración con el ERP',
    'Soporte anual',
    'Stand de feria',
  ],
  EN: [
    'Corporate site',
    'Online shop',
    'Cloud migration',
    'Yearly support',
    'Product catalogue',
    'ERP integration',
    'Trade fair stand',
    'Warehouse system',
  ],
} as const

export const timeNotes = {
  CA: [
    'Reunió de seguiment',
    'Disseny de pantalles',
    'Programació',
    "Proves amb l'usuari",
    "Correcció d'errors",
    'Documentació',
    'Formació',
    'Visita a les instal·lacions',
    'Preparació de la reunió',
    'Posada en marxa',
  ],
  ES: [
    'Reunión de seguimiento',
    'Diseño de pantallas',
    'Programación',
    'Pruebas con el usuario',
    'Corrección de errores',
    'Documentación',
    'Formación',
    'Visita a las instalaciones',
    'Preparación de la reunión',
    'Puesta en marcha',
  ],
  EN: [
    'Weekly call',
    'Screen design',
    'Programming',
    'User testing',
    'Bug fixing',
    'Documentation',
    'Training',
    'Go-live',
  ],
} as const

export const taskTitles = {
  CA: [
    'Enviar el pressupost',
    'Trucar per renovar el contracte',
    'Revisar la factura amb comptabilitat',
    'Demanar les dades de facturació',
    'Preparar la presentació',
    'Reclamar el pagament',
    'Actualitzar el certificat',
    'Enviar mostres',
    'Concertar una visita',
    "Tancar l'acta de la reunió",
    "Demanar l'autorització de domiciliació",
    'Revisar les incidències obertes',
    'Confirmar la data de lliurament',
    'Actualitzar la persona de contacte',
  ],
  ES: [
    'Enviar el presupuesto',
    'Llamar para renovar el contrato',
    'Revisar la factura con contabilidad',
    'Pedir los datos de facturación',
    'Preparar la presentación',
    'Reclamar el pago',
    'Actualizar el certificado',
    'Enviar muestras',
    'Concertar una visita',
    'Cerrar el acta de la reunión',
    'Pedir la autorización de domiciliación',
    'Revisar las incidencias abiertas',
    'Confirmar la fecha de entrega',
    'Actualizar la persona de contacto',
  ],
  EN: [
    'Send the quotation',
    'Call about the renewal',
    'Check the invoice with accounts',
    'Ask for customs papers',
    'Prepare the presentation',
    'Chase the payment',
    'Send samples',
    'Confirm the delivery date',
  ],
} as const

export const dealTitles = {
  CA: [
    'Web nova',
    'Botiga en línia',
    'Contracte de manteniment',
    'Renovació de llicències',
    "Formació de l'equip",
    "Equips per a l'oficina",
    'Ampliació de la xarxa',
    'Campanya de Nadal',
    'Migració del correu',
    "Control d'accessos",
    'Mobiliari de la sala gran',
    'Auditoria de seguretat',
  ],
  ES: [
    'Web nueva',
    'Tienda en línea',
    'Contrato de mantenimiento',
    'Renovación de licencias',
    'Formación del equipo',
    'Equipos para la oficina',
    'Ampliación de la red',
    'Campaña de Navidad',
    'Migración del correo',
    'Control de accesos',
    'Mobiliario de la sala grande',
    'Auditoría de seguridad',
  ],
  EN: [
    'New website',
    'Online shop',
    'Support contract',
    'Licence renewal',
    'Team training',
    'Office equipment',
    'Network extension',
    'Security audit',
  ],
} as const

/** An article that is sold: its description, and the range of its price in euro cents. */
export interface Article {
  CA: string
  ES: string
  EN: string
  from: number
  to: number
  /** Largest usual quantity. */
  most: number
}

const article = (CA: string, ES: string, EN: string, from: number, to: number, most: number): Article => ({
  CA,
  ES,
  EN,
  from,
  to,
  most,
})

export const articles = [
  article('Manteniment mensual', 'Mantenimiento mensual', 'Monthly maintenance', 9000, 48000, 3),
  article('Hora de desenvolupament', 'Hora de desarrollo', 'Hour of development', 4500, 9500, 60),
  article('Llicència anual', 'Licencia anual', 'Yearly licence', 12000, 96000, 10),
  article('Jornada de formació', 'Jornada de formación', 'Day of training', 38000, 72000, 4),
  article('Disseny gràfic', 'Diseño gráfico', 'Graphic design', 25000, 180000, 1),
  article('Allotjament web', 'Alojamiento web', 'Web hosting', 1500, 9900, 12),
  article('Desplaçament', 'Desplazamiento', 'Travel', 3500, 21000, 2),
  article("Material d'instal·lació", 'Material de instalación', 'Installation material', 125, 8900, 120),
  article('Equip informàtic', 'Equipo informático', 'Computer', 64900, 189900, 6),
  article('Consultoria', 'Consultoría', 'Consulting', 6500, 12500, 40),
] as const

/** Articles that are bought, or ordered from us. */
export const goods = [
  article('Paper reciclat A4, capsa', 'Papel reciclado A4, caja', 'Recycled A4 paper, box', 1890, 3290, 40),
  article('Cable de xarxa, metre', 'Cable de red, metro', 'Network cable, metre', 35, 140, 600),
  article('Cargol M6, cent', 'Tornillo M6, ciento', 'M6 screws, hundred', 210, 690, 80),
  article('Tinta, cartutx', 'Tinta, cartucho', 'Ink cartridge', 1990, 6990, 20),
  article("Cadira d'oficina", 'Silla de oficina', 'Office chair', 8900, 32900, 24),
  article('Taula de reunions', 'Mesa de reuniones', 'Meeting table', 24900, 119000, 3),
  article('Servei de neteja, mes', 'Servicio de limpieza, mes', 'Cleaning, month', 21000, 64000, 1),
  article('Transport de mercaderia', 'Transporte de mercancía', 'Freight', 4500, 39000, 4),
  article("Oli d'oliva verge extra, litre", 'Aceite de oliva virgen extra, litro', 'Olive oil, litre', 690, 1290, 240),
  article('Impressió de catàlegs', 'Impresión de catálogos', 'Catalogue printing', 85, 420, 1500),
] as const

export const hoursWorked = { CA: 'Hores de feina', ES: 'Horas de trabajo', EN: 'Hours worked' } as const
export const paymentMethods = {
  CA: ['transferència', 'rebut domiciliat', 'targeta', 'xec', 'efectiu'],
  ES: ['transferencia', 'recibo domiciliado', 'tarjeta', 'cheque', 'efectivo'],
  EN: ['wire transfer', 'card', 'cheque'],
} as const
