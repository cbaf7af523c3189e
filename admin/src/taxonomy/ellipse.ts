/** The outline of what is usual in a segment: one standard deviation around its center. */

const CORNERS = 48

type Point = [x: number, y: number]
/** The covariance of two metrics: of the first, of both, of the second. */
export type Covariance = [xx: number, xy: number, yy: number]

/** Points around a center, as far as one standard deviation is in each direction (Cholesky of the covariance). */
export function ellipse([x, y]: Point, [xx, xy, yy]: Covariance): Point[] {
  const a = Math.sqrt(Math.max(xx, 0))
  const b = a ? xy / a : 0
  const c = Math.sqrt(Math.max(yy - b * b, 0))
  return Array.from({ length: CORNERS + 1 }, (_, corner) => {
    const angle = (corner / CORNERS) * 2 * Math.PI
    return [x + a * Math.cos(angle), y + b * Math.cos(angle) + c * Math.sin(angle)]
  })
}
