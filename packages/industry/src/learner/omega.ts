/** The Wright omega function on the reals: the w > 0 with w + ln w = z. */

/** One step of Fritsch, Shafer and Crowley (1973), fourth order, from a guess `w` > 0. */
export function refineOmega(z: number, w: number): number {
  const r = z - w - Math.log(w)
  const t = (1 + w) * (1 + w + (2 / 3) * r)
  return w * (1 + (r / (1 + w)) * ((t - r / 2) / (t - r)))
}

/** Wright omega to full double precision for z up to 1e6. */
export function wrightOmega(z: number): number {
  if (z < -30) return Math.exp(z)
  const guess = z < -2 ? Math.exp(z) : z < 1 ? Math.exp((z - 1) * 0.5) : z - Math.log(z)
  return refineOmega(z, refineOmega(z, Math.max(guess, 1e-3 * Math.exp(Math.min(z, 0)))))
}
