// The answers of the API that most of the page shows, by the page's names for them.
import type { Model } from './model'

type PartyOut = Model<'PartyOut'>
/** Somebody to show, who answers in a role or stands in the order of calls. */
export type Party = Pick<PartyOut, 'name'> & Partial<Pick<PartyOut, 'post' | 'phone' | 'role'>> & Partial<Pick<Model<'CallOut'>, 'because'>>
/** An area or grid, named. */
export type PlaceRef = Model<'PlaceRef'>
export type GridRef = Model<'GridTold'>
export type BuildingRef = Model<'BuildingOut'>
export type Candidate = Model<'CandidateOut'>
export type Warning = Model<'WarningOut'>
export type Answer = Model<'LookupOut'>
/** An area or a grid in force, with what lies directly below it. */
export type Place = Model<'AreaOut'> | Model<'GridOut'>
export type District = Model<'DistrictOut'>
/** What a search finds, and a place that a pasted link means. */
export type Found = Omit<Model<'HitOut'>, 'kind'> & { readonly kind: Model<'HitOut'>['kind'] | 'link' }
export type Matter = Model<'MatterOut'>
export type Session = Model<'SessionOut'>
