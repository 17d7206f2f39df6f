/** Knots and stitches, and what leads from one to another. */
import { flowOf, isFlow, locationOf, walk } from "./parsed.ts"
import type { ParsedNode } from "./parsed.ts"

/** A knot, a stitch or a function. */
export interface StoryFlow {
  /** `tower` or `tower.stairs`. */
  readonly path: string
  readonly kind: "knot" | "stitch" | "function"
  readonly parameters: number
  readonly file: string | null
  readonly line: number | null
}

export interface FlowGraph {
  readonly flows: ReadonlyMap<string, StoryFlow>
  /** By path, what it leads to; the key "" is what stands before the first knot. */
  readonly edges: ReadonlyMap<string, ReadonlySet<string>>
  /** What is entered as a tunnel or a thread, so that a save cannot begin there. */
  readonly borrowed: ReadonlySet<string>
  /** `-> END`, by the flow in which it stands. */
  readonly ends: readonly { readonly flow: string; readonly file: string | null; readonly line: number | null }[]
}

function kindOf(node: ParsedNode): StoryFlow["kind"] {
  if (node.isFunction === true) return "function"
  return node.typeName === "Stitch" ? "stitch" : "knot"
}

/** Adds `path` and, for a stitch, its knot; for a knot without text of its own, its first stitch. */
function reachable(graph: Pick<FlowGraph, "flows">, start: string, edges: ReadonlyMap<string, ReadonlySet<string>>, seen: Set<string>): void {
  const waiting = [start]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    const knot = path.split(".")[0] ?? ""
    if (knot !== path && graph.flows.has(knot)) seen.add(knot)
    waiting.push(...(edges.get(path) ?? []))
  }
}

/** Reads the graph off the parse tree (after it was resolved). */
export function readFlows(root: ParsedNode): FlowGraph {
  const flows = new Map<string, StoryFlow>()
  const edges = new Map<string, Set<string>>()
  const borrowed = new Set<string>()
  const ends: FlowGraph["ends"][number][] = []
  const lead = (from: string, to: string) => edges.set(from, (edges.get(from) ?? new Set()).add(to))
  for (const node of walk(root)) {
    const flow = flowOf(node)
    if (isFlow(node)) {
      flows.set(flow, { path: flow, kind: kindOf(node), parameters: node.args?.length ?? 0, ...locationOf(node) })
      const first = node.content?.find(({ typeName }) => typeName !== "Argument")
      if (first?.typeName === "Stitch") lead(flow, flowOf(first))
    }
    if (node.typeName !== "Divert") continue
    if (node.target?.dotSeparatedComponents === "END") ends.push({ flow, ...locationOf(node) })
    const target = node.targetContent
    if (target === null || target === undefined) continue
    const to = flowOf(target)
    lead(flow, to)
    if ((node.isTunnel === true || node.isThread === true) && to !== "") borrowed.add(to)
  }
  return { flows, edges, borrowed, ends }
}

/** Paths that nothing leads to, from the beginning and from `entries`. */
export function unreachableFlows(graph: FlowGraph, entries: readonly string[]): StoryFlow[] {
  const seen = new Set<string>()
  for (const start of ["", ...entries]) reachable(graph, start, graph.edges, seen)
  return [...graph.flows.values()].filter(({ path }) => !seen.has(path))
}
