// The answers of the API as far as the page shows them (docs/architecture.md has the whole).
// What an answer may leave out is optional; the page shows what is there.
import type { Bounds } from './coordinates'

export interface Party {
  readonly code?: string
  readonly name: string
  readonly post?: string | null
  readonly phone?: string | null
  readonly role?: string | null
  readonly because?: string | null
}

/** An area or grid, named. */
export interface PlaceRef {
  readonly level: string
  readonly code: string
  readonly name: string
}

export interface GridRef {
  readonly code: string
  readonly name?: string | null
  readonly kind?: string | null
  readonly valid?: readonly (string | null)[]
}

export interface BuildingRef {
  readonly code: string
  readonly name?: string | null
  readonly address?: string | null
  readonly compound_name?: string | null
  readonly part_name?: string | null
  readonly use?: string | null
  readonly floors?: number | null
  readonly households?: number | null
}

export interface Candidate {
  readonly text: string
  readonly building: string
  readonly part?: string | null
  readonly because?: string
}

export interface Warning {
  readonly code: string
  readonly text?: string
}

export interface MatterAnswer {
  readonly name: string
  readonly lead: Party | null
}

export interface Answer {
  readonly status: string
  readonly grid: GridRef | null
  readonly areas: readonly PlaceRef[]
  readonly building: BuildingRef | null
  readonly ground_grid: GridRef | null
  readonly feature: { readonly name?: string; readonly code?: string; readonly leader?: Party | null; readonly lead?: Party | null } | null
  readonly owner: {
    readonly leader: Party | null
    readonly deputies?: readonly Party[]
    readonly staff: readonly Party[]
    readonly property: Party | null
  } | null
  readonly call: readonly Party[]
  readonly acting: { readonly party: Party; readonly review?: string; readonly overdue?: boolean } | null
  readonly by_matter: Readonly<Record<string, MatterAnswer>>
  readonly match: { readonly metres_to_border?: number | null; readonly neighbour?: string | null } | null
  readonly suggestion: { readonly grid: GridRef; readonly metres: number } | null
  readonly candidates: readonly Candidate[]
  readonly why: readonly string[]
  readonly warnings: readonly Warning[]
  readonly net_version: number | null
  readonly last_updated: string | null
  readonly stale: boolean
}

/** An area or a grid in force, with what lies directly below it. */
export interface Place extends PlaceRef {
  readonly areas: readonly PlaceRef[] // the nearest first
  readonly children: readonly PlaceRef[]
  readonly counts: Readonly<Record<string, number | null>>
  readonly bounds: Bounds | null
}

export interface District {
  readonly code: string
  readonly name: string
  readonly ground: string
  readonly timezone: string
  readonly bounds: Bounds | null
  readonly net_version: number | null
  readonly counts: Readonly<Record<string, number>>
  readonly last_updated: string | null
  readonly stale: boolean
  /** Pictures beneath the net, where the settings name some. */
  readonly basemap: { readonly min_zoom: number; readonly max_zoom: number; readonly attribution: string; readonly layers: readonly string[] | null } | null
}

export interface Found {
  readonly kind: 'grid' | 'area' | 'building' | 'address' | 'compound' | 'crossing' | 'road' | 'feature' | 'party' | 'matter' | 'link'
  readonly code: string
  readonly name: string
  readonly label: string
  readonly lon: number | null
  readonly lat: number | null
  readonly bounds: Bounds | null
  readonly role?: string | null
  /** Of a party: a grid or an area that it answers for. */
  readonly place?: PlaceRef | null
}

export interface Session {
  readonly signed_in: boolean
  readonly name: string
  readonly role: string
  readonly datum: string | null
  /** The area that the account is confined to; null: the whole district. */
  readonly area?: string | null
}
