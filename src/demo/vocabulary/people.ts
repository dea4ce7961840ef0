const listed = (text: string) => text.split(',').map(part => part.trim())

/** Given names by language. */
export const givenNames = {
  CA: listed(`
    Aina, Albert, Alba, Arnau, Berta, Bernat, Biel, Blanca, Carles, Carme, Clara, Clàudia, Dolors, Eduard, Elisenda, Emma, Enric, Eulàlia,
    Ferran, Francesc, Gemma, Gerard, Guillem, Ignasi, Imma, Irene, Jan, Jaume, Joan, Joana, Jordi, Josep, Judit, Júlia, Laia, Lluc, Lluís,
    Maria, Marc, Mariona, Marta, Martí, Meritxell, Miquel, Mireia, Montserrat, Mònica, Neus, Núria, Oriol, Ot, Pau, Pere, Pilar, Pol, Queralt,
    Quim, Ramon, Remei, Roc, Roger, Roser, Salvador, Sílvia, Sergi, Teresa, Toni, Vicenç, Víctor, Xavier, Xènia`),
  ES: listed(`
    Adrián, Alejandro, Alicia, Álvaro, Amparo, Ana, Andrés, Ángel, Antonio, Beatriz, Carlos, Carmen, Cristina, Daniel, David, Elena, Eva,
    Fátima, Fernando, Francisco, Gonzalo, Gloria, Hugo, Inés, Isabel, Iván, Javier, Jesús, José, Juan, Laura, Lucía, Luis, Manuel, Manuela,
    Marcos, Margarita, María, Mario, Marina, Miguel, Mónica, Natalia, Nicolás, Nuria, Óscar, Pablo, Patricia, Pedro, Raquel, Raúl, Ricardo,
    Rocío, Rosa, Rubén, Sandra, Santiago, Sara, Silvia, Sofía, Susana, Tomás, Verónica, Yolanda`),
  EN: listed(`
    Alice, Andrew, Ben, Charlotte, Daniel, Emily, Fatima, George, Hannah, Hiroshi, Ibrahim, Jack, Kenji, Khalid, Laura, Mariam, Mark, Naoko,
    Noura, Oliver, Paul, Rachel, Sakura, Sarah, Thomas, Yuki`),
} as const

export const surnames = {
  CA: listed(`
    Abelló, Alsina, Amat, Balcells, Barberà, Batlle, Bofill, Bonet, Bosch, Brugués, Busquets, Calvet, Camps, Canals, Capdevila, Carbonell, Casals,
    Casanovas, Castells, Claramunt, Codina, Coll, Colomer, Comas, Costa, Cuyàs, Domènech, Esteve, Fàbregas, Farré, Ferrer, Figueras, Font, Fontanals,
    Forcadell, Freixas, Gallart, Garriga, Gelabert, Giralt, Grau, Guasch, Jové, Llobet, Llopart, Mas, Masdeu, Massana, Miralles, Molins, Montaner,
    Moragas, Munté, Nogués, Oliveras, Pagès, Palau, Pallarès, Parés, Pibernat, Pla, Planas, Pons, Prat, Puig, Puigdomènech, Pujol, Queralt, Ribas,
    Riera, Rifà, Roca, Roig, Rovira, Sabater, Sala, Santacana, Serra, Serrallonga, Solé, Soler, Subirats, Tarradellas, Torrent, Trias, Valls, Vall·llosera,
    Ventura, Verdaguer, Vidal, Vilà, Vilaseca, Xirau`),
  ES: listed(`
    Aguilar, Alonso, Álvarez, Arias, Blanco, Bravo, Caballero, Cabrera, Calvo, Campos, Cano, Carrasco, Castillo, Castro, Cortés, Cruz, Delgado, Díaz,
    Díez, Domínguez, Durán, Fernández, Flores, Fuentes, Gallego, García, Garrido, Gil, Giménez, Gómez, González, Guerrero, Gutiérrez, Hernández, Herrera,
    Herrero, Hidalgo, Ibáñez, Iglesias, Jiménez, León, López, Lozano, Marín, Márquez, Martín, Martínez, Medina, Méndez, Molina, Montero, Mora, Morales,
    Moreno, Muñoz, Navarro, Nieto, Núñez, Ortega, Ortiz, Parra, Pascual, Peña, Pérez, Prieto, Ramírez, Ramos, Rey, Reyes, Rodríguez, Romero, Rubio, Ruiz,
    Sáez, Sánchez, Santana, Santos, Sanz, Serrano, Soto, Suárez, Torres, Vargas, Vázquez, Vega, Vicente`),
  EN: listed(`
    Al-Sabah, Baker, Brown, Carter, Cooper, Evans, Fischer, Fujita, Green, Haddad, Harris, Hughes, Inoue, Johnson, Kobayashi, Lambert, Martens, Miller,
    Nakamura, Okada, Parker, Rossi, Schneider, Silva, Tanaka, Turner, Walker, Watanabe, Weber, Wilson`),
} as const

/** The roles that people have at a client. */
export const roles = {
  CA: listed(
    `Gerència, Administració, Comptabilitat, Compres, Direcció tècnica, Direcció financera, Recepció, Cap de projecte, Informàtica, Recursos humans, Cap de taller, Secretaria`,
  ),
  ES: listed(
    `Gerencia, Administración, Contabilidad, Compras, Dirección técnica, Dirección financiera, Recepción, Jefe de proyecto, Informática, Recursos humanos, Jefe de taller, Secretaría`,
  ),
  EN: listed(
    `Managing director, Accounts payable, Purchasing, Finance, Office manager, Project manager, IT, Operations`,
  ),
} as const
