// The scale bar: a round number of metres and how many pixels it takes.

const EQUATOR_M = 40_075_016.686
const WORLD_PX = 512

export interface Scale {
  readonly metres: number
  readonly pixels: number
  readonly label: string
}

/** The longest of 1, 2, 5 × 10ⁿ metres that fits into `room` pixels at this latitude and zoom. */
export function scaleBar(lat: number, zoom: number, room = 96): Scale {
  const metresPerPixel = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (WORLD_PX * 2 ** zoom)
  const most = metresPerPixel * room
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= most) ?? power
  return {
    metres,
    pixels: metres / metresPerPixel,
    label: metres >= 1000 ? `${metres / 1000} km` : `${metres} m`,
  }
}
