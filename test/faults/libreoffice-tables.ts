export const libreOfficeTables: import('./fault.js').Fault[] = []
