/** Small draws. */
import type { Random } from "@daydream/engine/random"

export const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T

export const chance = (random: Random, probability: number) => random.next() < probability

export const several = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))
