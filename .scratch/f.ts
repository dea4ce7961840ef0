import 'reflect-metadata'
import '../src/features/index.js'
import { flatFigures } from '../src/features/overview/index.js'
const f = flatFigures()
console.log(f.length, f.map(x => x.name + ' ' + x.kind + ': ' + x.description).join('\n'))
