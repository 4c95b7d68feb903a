// Two states of the net beside each other: in force, of a day, or as a plan would make it.
import type { FeatureCollection, Polygon } from 'geojson'
import { ask, query } from './api'
import type { Model } from './model'
import type { GridChange } from './plans'

export type Changes = Model<'DiffOut'>

export type ChangedShapes = FeatureCollection<Polygon | null, Pick<GridChange, 'code' | 'change' | 'name'>>
export type NetShapes = FeatureCollection<Polygon | null, Model<'NetGridOut'>>

/** What is compared with the net of `before` (an instant; null: now): a plan (with its base, or `against`), or another instant. */
export type After = { readonly plan: string; readonly against: string | null } | { readonly time: string | null }

function address(before: string | null, after: After): string {
  if ('plan' in after) return `/v1/plans/${encodeURIComponent(after.plan)}/diff?${after.against ? `${query({ against: after.against })}&` : ''}`
  const times = { before: before ?? new Date().toISOString(), ...(after.time ? { after: after.time } : {}) }
  return `/v1/net/comparison?${query(times)}&`
}

export const changes = (before: string | null, after: After) => ask<Changes>(`${address(before, after)}format=json`)
export const changedShapes = (before: string | null, after: After) => ask<ChangedShapes>(`${address(before, after)}format=geojson`)
export const fileOf = (before: string | null, after: After, format: 'csv' | 'xlsx' | 'geojson') => `${address(before, after)}format=${format}`

/** The grids of a state with their shapes; `within` confines them to an area. */
export const netOf = (time: string | null, within: string | null) =>
  ask<NetShapes>(`/v1/grids?${query({ geometry: 'true', ...(within ? { within } : {}), ...(time ? { at: time } : {}) })}`)
