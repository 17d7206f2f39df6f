/** The parts of ink's parsed story that the checks read, and how to walk them. */

/** A node of ink's parse tree. */
export interface ParsedNode {
  readonly typeName: string
  readonly content: readonly ParsedNode[] | null
  readonly parent: ParsedNode | null
  readonly debugMetadata: { readonly fileName: string | null; readonly startLineNumber: number } | null
  readonly identifier?: { readonly name: string } | null
  /** Of a text. */
  readonly text?: string
  /** Of a divert. */
  readonly target?: { readonly dotSeparatedComponents: string | null } | null
  readonly targetContent?: ParsedNode | null
  readonly isTunnel?: boolean
  readonly isThread?: boolean
  readonly isFunctionCall?: boolean
  /** Of a function call. */
  readonly name?: string | null
  /** Of a knot, a stitch or a call. */
  readonly args?: readonly ParsedNode[] | null
  readonly isFunction?: boolean
  /** Of a tag. */
  readonly isStart?: boolean
  /** Of a choice. */
  readonly startContent?: ParsedNode | null
  readonly choiceOnlyContent?: ParsedNode | null
  readonly condition?: ParsedNode | null
  readonly runtimeChoice?: { readonly path: { toString(): string } }
}

/** Every node below `root`, itself first, in the author's order. */
export function* walk(root: ParsedNode): Generator<ParsedNode> {
  const waiting: ParsedNode[] = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node
    const children = node.content ?? []
    for (let index = children.length - 1; index >= 0; index--) waiting.push(children[index] as ParsedNode)
  }
}

/** The nodes above `node`, nearest first. */
export function* above(node: ParsedNode): Generator<ParsedNode> {
  for (let up = node.parent; up !== null && up !== undefined; up = up.parent) yield up
}

export const isFlow = (node: ParsedNode): boolean => node.typeName === "Knot" || node.typeName === "Stitch" || node.typeName === "Function"

/** Path of the knot or stitch in which `node` stands (itself, where it is one): `tower`, `tower.stairs`; "" before the first knot. */
export function flowOf(node: ParsedNode): string {
  const names: string[] = []
  if (isFlow(node)) names.unshift(node.identifier?.name ?? "")
  for (const up of above(node)) if (isFlow(up)) names.unshift(up.identifier?.name ?? "")
  return names.join(".")
}

/** Where `node` stands. */
export const locationOf = (node: ParsedNode) =>
  ({ file: node.debugMetadata?.fileName ?? null, line: node.debugMetadata?.startLineNumber ?? null })

/** The text of a string in quotes without logic in it; undefined for anything else. */
export function literalOf(node: ParsedNode): string | undefined {
  if (node.typeName !== "String") return undefined
  const parts = node.content ?? []
  return parts.every(({ typeName }) => typeName === "Text") ? parts.map(({ text }) => text ?? "").join("") : undefined
}
