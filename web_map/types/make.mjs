// The page's types from the contract of the API: `./run types` calls this with the document and the target.
// The generator needs TypeScript 5, the page is checked by TypeScript 7: hence a folder of its own.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'
import ts from 'typescript'

const [source, target] = process.argv.slice(2)
const contract = readFileSync(source)
const shape = (name) => ts.factory.createTypeReferenceNode(ts.factory.createQualifiedName(ts.factory.createIdentifier('GeoJSON'), name))
const made = await openapiTS(JSON.parse(contract), {
  immutable: true,
  defaultNonNullable: false, // what has a default may be left out of a request
  transform: (schema) => ('x-geojson' in schema ? shape(schema['x-geojson']) : undefined),
})
const types = astToString(made)
const digest = (text) => createHash('sha256').update(text).digest('hex')
writeFileSync(
  target,
  `// Made by \`./run types\` from the contract of the API, not by hand.\n// contract ${digest(contract)}\n// types ${digest(types)}\n${types}`,
)
