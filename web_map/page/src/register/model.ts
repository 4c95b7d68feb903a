// What the API takes and gives, by the names of its contract. `./run types` makes schema.d.ts.
import type { components } from './schema'

export type Model<Name extends keyof components['schemas']> = components['schemas'][Name]
