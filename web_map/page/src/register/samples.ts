// Whole answers for tests, of which each says only what it is about.
import type { Model } from './model'
import type { Answer } from './types'

type PartyOut = Model<'PartyOut'>

export const sampleParty = (facts: Partial<PartyOut>): PartyOut => ({
  code: 'P1', kind: 'person', name: '', post: '', phone: '', role: 'leader', place: '140502001001001', place_kind: 'grid',
  shift: '', source: '', time: '', away: null, contract_until: null, valid: [null, null], ...facts,
})

export const sampleOwner = (facts: Partial<Answer['owner']>): Answer['owner'] => ({
  leader: null, deputies: [], staff: [], department: null, supporting: [], property: null, property_tiers: [], property_tier: null, others: [], ...facts,
})

export const sampleAnswer = (facts: Partial<Answer>): Answer => ({
  query: {}, status: 'owned', grid: null, areas: [], building: null, ground_grid: null, micro: null, feature: null, owner: sampleOwner({}),
  call: [], acting: null, by_matter: {}, match: { via: 'grid', metres_to_border: null, neighbour: null }, suggestion: null, candidates: [],
  why: [], warnings: [], net_version: 7, last_updated: null, next_change_at: null, stale: false, ...facts,
})
