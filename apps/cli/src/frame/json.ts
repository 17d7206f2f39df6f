/** The machine's output: one JSON document, the same shape in every version. */

/** JSON of any result: bigints as decimal strings, typed arrays and sets as arrays, maps as objects, dates as ISO 8601. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value ?? {},
    (_key, one: unknown) => {
      if (typeof one === "bigint") return one.toString()
      if (ArrayBuffer.isView(one) && !(one instanceof DataView)) return Array.from(one as unknown as ArrayLike<number>)
      if (one instanceof Set) return [...(one as Set<unknown>)]
      if (one instanceof Map) return Object.fromEntries(one as Map<string, unknown>)
      if (one instanceof Error) return { name: one.name, message: one.message }
      return one
    },
    2,
  )
}
