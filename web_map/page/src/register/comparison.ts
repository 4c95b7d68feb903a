// Two states of the net beside each other: in force, of a day, or as a plan would make it.
import type { FeatureCollection, Polygon } from 'geojson'
import { isPlan, NOW } from '../hash'
import { ask, query } from './api'
import type { Model } from './model'
import { type GridChange, readNet, readPlan } from './plans'

export type Changes = Model<'DiffOut'>

export type ChangedShapes = FeatureCollection<Polygon | null, Pick<GridChange, 'code' | 'change' | 'name'>>
export type NetShapes = FeatureCollection<Polygon | null, Pick<Model<'NetGridOut'>, 'code' | 'name'>>

/** What is compared with the net of `before` (an instant; null: now): a plan (with its base, or `against`: an instant, `now`, another plan), or another instant. */
export type After = { readonly plan: string; readonly against: string | null } | { readonly time: string | null }

function address(before: string | null, after: After): string {
  if ('plan' in after && isPlan(after.against)) return `/v1/net/comparison?${query({ before: after.against, after: after.plan })}&`
  if ('plan' in after) return `/v1/plans/${encodeURIComponent(after.plan)}/diff?${after.against ? `${query({ against: after.against })}&` : ''}`
  const times = { before: before ?? new Date().toISOString(), ...(after.time ? { after: after.time } : {}) }
  return `/v1/net/comparison?${query(times)}&`
}

export const changes = (before: string | null, after: After) => ask<Changes>(`${address(before, after)}format=json`)
export const changedShapes = (before: string | null, after: After) => ask<ChangedShapes>(`${address(before, after)}format=geojson`)
export const fileOf = (before: string | null, after: After, format: 'csv' | 'xlsx' | 'geojson') => `${address(before, after)}format=${format}`

/** The net before, with its shapes: of the plan's area where the plan is set against its base, else whole. */
export async function earlierNet(before: string | null, after: After): Promise<NetShapes> {
  if (!('plan' in after)) return netOf(before, null)
  const { plan, against } = after
  if (isPlan(against)) return netOfPlan(against)
  return against ? netOf(against === NOW ? null : against, null) : netOf(null, (await readPlan(plan)).scope)
}

/** The net in force with the grids of the plan in the place of those in its area. */
async function netOfPlan(code: string): Promise<NetShapes> {
  const [replaced, drawn, whole] = await Promise.all([readPlan(code).then(({ scope }) => codesWithin(scope)), readNet(code), netOf(null, null)])
  return { ...whole, features: [...whole.features.filter(({ properties }) => !replaced.has(properties.code)), ...drawn.features] }
}

const codesWithin = async (within: string) => new Set((await ask<Model<'NetGridsOut'>>(`/v1/grids?${query({ within })}`)).grids.map(({ code }) => code))

/** The grids of a state with their shapes; `within` confines them to an area. */
const netOf = (time: string | null, within: string | null) =>
  ask<NetShapes>(`/v1/grids?${query({ geometry: 'true', ...(within ? { within } : {}), ...(time ? { at: time } : {}) })}`)
