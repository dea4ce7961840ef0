import type { InteractionKind } from '../../features/interactions/index.js'

/**
 * A note that somebody wrote; `{who}` stands for a contact, `{what}` for the number or name of the record it is about.
 */
export interface Talk {
  kind: InteractionKind
  title?: string
  text: string
}

const note = (text: string): Talk => ({ kind: 'NOTE', text })
const call = (text: string, title?: string): Talk => ({ kind: 'CALL', text, title })
const email = (title: string, text: string): Talk => ({ kind: 'EMAIL', title, text })
const meeting = (title: string, text: string): Talk => ({ kind: 'MEETING', title, text })

export const firstTalks = {
  CA: [
    meeting(
      'Primera reunió',
      'Ens reben {who} i la seva sòcia. Volen començar amb un encàrrec petit i, si va bé, un contracte anual.',
    ),
    call(
      'Truca {who}: venen recomanats per un altre client. Quedem que els enviem una proposta aquesta setmana.',
      'Primer contacte',
    ),
    email('Presentació', '{who} ens escriu després de la fira. Demana tarifes i referències de feines semblants.'),
  ],
  ES: [
    meeting(
      'Primera reunión',
      'Nos reciben {who} y su socio. Quieren empezar con un encargo pequeño y, si va bien, un contrato anual.',
    ),
    call(
      'Llama {who}: vienen recomendados por otro cliente. Quedamos en enviarles una propuesta esta semana.',
      'Primer contacto',
    ),
    email('Presentación', '{who} nos escribe después de la feria. Pide tarifas y referencias de trabajos parecidos.'),
  ],
  EN: [
    meeting(
      'First meeting',
      'Met {who} by video. They want to begin with a small order and talk about a yearly contract if it goes well.',
    ),
    call('{who} called: another client had recommended us. We send a proposal this week.', 'First contact'),
    email('Introduction', '{who} wrote after the trade fair and asks for prices and references.'),
  ],
} as const

export const talks = {
  CA: [
    note("Canvien de programa de comptabilitat a final d'any: fins llavors, factures també en paper."),
    note('Decideix la gerència, però qui ho mira tot és administració.'),
    note('Obren una delegació a Girona; poden necessitar el mateix que a la central.'),
    note('No trucar abans de les deu: obren tard.'),
    call(
      '{who} pregunta si podem avançar el lliurament una setmana. Li dic que ho mirem i que li diem alguna cosa demà.',
    ),
    call('Estan contents amb el suport. {who} demana una formació per a dues persones noves.'),
    call("{who} es queixa que el correu de l'avís anava a una persona que ja no hi és. Canviat."),
    email("Condicions per a l'any vinent", 'Enviades les tarifes noves a {who}. Espera la resposta del consell.'),
    email(
      "Certificat d'estar al corrent",
      "{who} demana el certificat d'Hisenda per poder pagar. Enviat el mateix dia.",
    ),
    email('Dades bancàries', 'Confirmat a {who} el número de compte, per telèfon i per escrit.'),
    meeting(
      'Revisió del trimestre',
      "Repassem incidències i terminis amb {who}. Queden tres coses obertes, cap d'urgent.",
    ),
    meeting(
      'Visita a les instal·lacions',
      "Ens ensenyen la nau nova. {who} voldria tenir-ho tot a punt abans de l'estiu.",
    ),
  ],
  ES: [
    note('Cambian de programa de contabilidad a final de año: hasta entonces, facturas también en papel.'),
    note('Decide gerencia, pero quien lo mira todo es administración.'),
    note('Abren una delegación en Zaragoza; pueden necesitar lo mismo que en la central.'),
    note('No llamar antes de las diez: abren tarde.'),
    call(
      '{who} pregunta si podemos adelantar la entrega una semana. Le digo que lo miramos y que mañana le contestamos.',
    ),
    call('Están contentos con el soporte. {who} pide una formación para dos personas nuevas.'),
    call('{who} se queja de que el aviso iba a una persona que ya no está. Cambiado.'),
    email('Condiciones para el año que viene', 'Enviadas las tarifas nuevas a {who}. Espera la respuesta del consejo.'),
    email(
      'Certificado de estar al corriente',
      '{who} pide el certificado de Hacienda para poder pagar. Enviado el mismo día.',
    ),
    email('Datos bancarios', 'Confirmado a {who} el número de cuenta, por teléfono y por escrito.'),
    meeting(
      'Revisión del trimestre',
      'Repasamos incidencias y plazos con {who}. Quedan tres cosas abiertas, ninguna urgente.',
    ),
    meeting(
      'Visita a las instalaciones',
      'Nos enseñan la nave nueva. {who} querría tenerlo todo a punto antes del verano.',
    ),
  ],
  EN: [
    note('They close their books in June: no invoices in the last week of it.'),
    note('The office manager signs; finance wants to see the order number on everything.'),
    call('{who} asks whether delivery can be a week earlier. We answer tomorrow.'),
    call('Happy with the support. {who} asks for a day of training for two new people.'),
    email('Prices for next year', 'Sent the new price list to {who}, who waits for approval.'),
    email('Customs papers', '{who} needs the commercial invoice in English. Sent the same day.'),
    meeting('Quarterly review', 'Went through open issues with {who}. Three are left, none of them urgent.'),
  ],
} as const

export const reminders = {
  CA: [
    call('{who} diu que la factura {what} és a la remesa del dia 25. Tornar a trucar si no arriba.', 'Factura vençuda'),
    email('Recordatori de pagament', 'Recordada la factura {what} a {who}, amb còpia del PDF.'),
    call(
      'No troben la {what}. {who} demana que la hi tornem a enviar i promet pagar aquesta setmana.',
      'Factura vençuda',
    ),
    email('Segon avís', 'Segon avís de la {what}. {who} respon que hi ha una línia que no els quadra; ho revisem.'),
  ],
  ES: [
    call(
      '{who} dice que la factura {what} está en la remesa del día 25. Volver a llamar si no llega.',
      'Factura vencida',
    ),
    email('Recordatorio de pago', 'Recordada la factura {what} a {who}, con copia del PDF.'),
    call(
      'No encuentran la {what}. {who} pide que se la volvamos a enviar y promete pagar esta semana.',
      'Factura vencida',
    ),
    email(
      'Segundo aviso',
      'Segundo aviso de la {what}. {who} responde que hay una línea que no les cuadra; lo revisamos.',
    ),
  ],
  EN: [
    call(
      '{who} says that invoice {what} is in the next payment run. Call again if it does not arrive.',
      'Overdue invoice',
    ),
    email('Payment reminder', 'Reminded {who} of invoice {what}, with a copy.'),
  ],
} as const

export const projectTalks = {
  CA: [
    meeting('Seguiment', 'Seguiment de «{what}» amb {who}: anem segons el pla. Falten els textos definitius.'),
    meeting('Arrencada', 'Repartim feina de «{what}» amb {who} i fixem reunions cada dues setmanes.'),
    call("{who} vol canviar l'abast de «{what}». Li expliquem què costaria i quedem que ho pensa."),
    email('Acta', "Enviada a {who} l'acta de la reunió de «{what}»."),
  ],
  ES: [
    meeting('Seguimiento', 'Seguimiento de «{what}» con {who}: vamos según el plan. Faltan los textos definitivos.'),
    meeting('Arranque', 'Repartimos el trabajo de «{what}» con {who} y fijamos reuniones cada dos semanas.'),
    call('{who} quiere cambiar el alcance de «{what}». Le explicamos qué costaría y queda en pensarlo.'),
    email('Acta', 'Enviada a {who} el acta de la reunión de «{what}».'),
  ],
  EN: [
    meeting('Progress', 'Progress of “{what}” with {who}: on plan, their texts are missing.'),
    email('Minutes', 'Sent {who} the minutes of the meeting about “{what}”.'),
  ],
} as const

export const orderTalks = {
  CA: [
    email('Confirmació de comanda', 'Confirmada a {who} la comanda {what}, amb la data de lliurament.'),
    call('{who} pregunta per la comanda {what}. Surt dijous.'),
  ],
  ES: [
    email('Confirmación de pedido', 'Confirmado a {who} el pedido {what}, con la fecha de entrega.'),
    call('{who} pregunta por el pedido {what}. Sale el jueves.'),
  ],
  EN: [
    email('Order confirmation', 'Confirmed order {what} to {who}, with its delivery date.'),
    call('{who} asks about order {what}. It leaves on Thursday.'),
  ],
} as const

/** Sentences that authors add to a note a day later. */
export const afterthoughts = {
  CA: ['Avui ho han confirmat per correu.', 'Queda pendent de la seva resposta.', 'Parlat també amb administració.'],
  ES: ['Hoy lo han confirmado por correo.', 'Queda pendiente de su respuesta.', 'Hablado también con administración.'],
  EN: ['Confirmed by mail today.', 'Waiting for their answer.', 'Their finance department knows too.'],
} as const
