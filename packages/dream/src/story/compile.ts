/** From the author's ink files to a story, or to findings that say what to mend. */
import { createHash } from "node:crypto"
import { Compiler } from "inkjs/compiler/Compiler"
import { CompilerOptions } from "inkjs/compiler/CompilerOptions"
import type { Container } from "inkjs/engine/Container"
import type { Story as InkStory } from "inkjs/engine/Story"
import { lineKey, readAuthored } from "./authored.ts"
import type { Authored } from "./authored.ts"
import { checkCheckpoints, checkEndings, checkIds, checkReach, checkSpeakers } from "./checks.ts"
import { finding } from "./finding.ts"
import type { StoryFinding } from "./finding.ts"
import { readFlows } from "./flows.ts"
import type { FlowGraph } from "./flows.ts"
import { inkMessage } from "./ink-message.ts"
import { locationOf, walk } from "./parsed.ts"
import type { ParsedNode } from "./parsed.ts"
import type { StoryNames, StorySpeaker } from "./port.ts"
import { checkFiles } from "./source-files.ts"
import type { StoryFile } from "./source-files.ts"
import { findSpeaker, readSpeaker } from "./speaker.ts"
import { attachEngine } from "./story.ts"
import type { Story } from "./story.ts"
import { checkStyle } from "./style.ts"
import { checkMoveTags, checkWorldCalls, worldFunctionNames, worldFunctions } from "./world-names.ts"
import type { WorldFunction } from "./world-names.ts"

export interface CompileStoryOptions {
  /** The file to begin with; `story.ink`, or the only one. */
  readonly main?: string
  /** The names of the world; without them names are not checked. */
  readonly names?: StoryNames
  /** Who may speak, with every name that can stand before a colon. */
  readonly speakers?: readonly StorySpeaker[]
  /** Knots that the host enters by itself, beside those tagged `# entry`. */
  readonly entries?: readonly string[]
  /** Foreign words that may stand in a text. */
  readonly vocabulary?: readonly string[]
}

/** `story` is null where a finding is an error. */
export interface CompiledStory {
  readonly story: Story | null
  readonly findings: readonly StoryFinding[]
}

const isError = ({ severity }: StoryFinding) => severity === "error"

/** Declarations of the world's functions that the author left out; they go behind the last line, so that lines keep their numbers. */
function declarations(files: readonly StoryFile[]): { readonly text: string; readonly own: ReadonlySet<string> } {
  const all = files.map(({ text }) => text).join("\n")
  const declared = new Set([...all.matchAll(/^\s*EXTERNAL\s+([\p{L}\p{N}_]+)/gmu)].map((match) => match[1]))
  const defined = new Set([...all.matchAll(/^\s*={2,}\s*function\s+([\p{L}\p{N}_]+)/gmu)].map((match) => match[1]))
  const missing = worldFunctionNames.filter((name) => !declared.has(name) && !defined.has(name))
  const own = new Set(worldFunctionNames.filter((name) => defined.has(name) && !declared.has(name)))
  const text = missing.map((name) => `EXTERNAL ${name}(${worldFunctions[name].map((_, index) => `a${index}`).join(", ")})`).join("\n")
  return { text: `\n${text}\n`, own }
}

interface Parsed {
  readonly root: ParsedNode
  readonly ink: InkStory
}

function runCompiler(files: readonly StoryFile[], main: string, tail: string): { readonly parsed: Parsed | null; readonly messages: readonly (readonly [string, boolean])[] } {
  const byName = new Map(files.map(({ name, text }) => [name, text]))
  const messages: (readonly [string, boolean])[] = []
  const handler = { ResolveInkFilename: (name: string) => name, LoadInkFileContents: (name: string) => byName.get(name) ?? "" }
  // ink's error types: 0 an author's TODO, 1 a warning, 2 an error.
  const onMessage = (text: string, type: number) => { if (type !== 0) messages.push([text, type === 2]) }
  const compiler = new Compiler((byName.get(main) ?? "") + tail, new CompilerOptions(main, [], false, onMessage, handler))
  try {
    const ink = compiler.Compile()
    const isBroken = messages.some(([, isFault]) => isFault)
    return { parsed: isBroken ? null : { root: compiler.parsedStory as unknown as ParsedNode, ink }, messages }
  } catch (error) {
    const isTold = messages.some(([, isFault]) => isFault)
    return { parsed: null, messages: isTold ? messages : [...messages, [error instanceof Error ? error.message : String(error), true]] }
  }
}

function knotHashes(json: string): Record<string, string> {
  const { root } = JSON.parse(json) as { root: unknown[] }
  const named = root.at(-1) as Record<string, unknown> | null
  const hash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16)
  const knots = Object.entries(named ?? {}).filter(([name]) => !name.startsWith("#") && name !== "global decl")
  return { "": hash(root.slice(0, -1)), ...Object.fromEntries(knots.map(([name, content]) => [name, hash(content)])) }
}

function containers(content: Container, graph: FlowGraph): Map<Container, string> {
  const found = new Map<Container, string>()
  for (const path of graph.flows.keys()) {
    let at: Container | undefined = content
    for (const name of path.split(".")) at = at?.namedContent.get(name) as Container | undefined
    if (at !== undefined) found.set(at, path)
  }
  return found
}

function build(parsed: Parsed, graph: FlowGraph, authored: Authored, own: ReadonlySet<string>, options: CompileStoryOptions): Story {
  const json = parsed.ink.ToJson() as string
  const content = parsed.ink.mainContentContainer
  const checkpoints = authored.tags.flatMap(({ name, value, flow }) => (name === "checkpoint" && value !== null && value !== "" ? [{ name: value, flow }] : []))
  const endings = authored.tags.flatMap(({ name, value }) => (name === "ending" && value !== null && value !== "" ? [value] : []))
  const spoken = authored.lines.flatMap((line) => (line.kind === "line" ? [readSpeaker(line.source, options.speakers).speaker ?? ""] : []))
  const tagged = authored.tags.flatMap(({ name, value }) => (name === "speaker" && value !== null
    ? [options.speakers === undefined ? value : findSpeaker(value, options.speakers)?.id ?? ""] : []))
  const entered = [...(options.entries ?? []), ...authored.tags.filter(({ name }) => name === "entry").map(({ flow }) => flow)]
  const enterable = new Set(entered.filter((path) => graph.flows.get(path)?.parameters === 0 && graph.flows.get(path)?.kind !== "function"))
  const story: Story = {
    identity: createHash("sha256").update(json).digest("hex"),
    flows: [...graph.flows.values()],
    checkpoints,
    entries: [...enterable],
    endings: [...new Set(endings)],
    speakers: [...new Set([...spoken, ...tagged])].filter((name) => name !== ""),
    lines: authored.lines,
    knots: knotHashes(json),
    usesChance: /"(?:rnd|srnd|lrnd|seq)"/.test(json),
  }
  const lineAt = new Map(authored.lines.map((line) => [lineKey(line.file, line.line), line]))
  const choices = [...walk(parsed.root)].filter(({ typeName }) => typeName === "Choice")
  return attachEngine(story, {
    content,
    lists: parsed.ink.listDefinitions === null ? null : parsed.ink.listDefinitions.lists,
    speakers: options.speakers,
    lineAt,
    choiceAt: new Map(choices.map((node) => {
      const { file, line } = locationOf(node)
      return [node.runtimeChoice?.path.toString() ?? "", lineAt.get(lineKey(file, line))?.id ?? lineKey(file, line)]
    })),
    flowAt: containers(content, graph),
    checkpointAt: new Map(checkpoints.map(({ name, flow }) => [flow, name])),
    bound: worldFunctionNames.filter((name) => !own.has(name)),
    enterable,
  })
}

function checkExternals(root: ParsedNode): StoryFinding[] {
  return [...walk(root)].filter(({ typeName, name }) => typeName === "EXTERNAL" && !worldFunctionNames.includes(name as WorldFunction))
    .map((node) => finding("external_unknown", locationOf(node), { name: node.name ?? "", known: worldFunctionNames.join(", "), knownZh: worldFunctionNames.join("、") }))
}

/** Errors before warnings, in the order of the files' lines. */
const ordered = (findings: readonly StoryFinding[]) => findings.toSorted((a, b) =>
  Number(isError(b)) - Number(isError(a)) || (a.file ?? "").localeCompare(b.file ?? "") || (a.line ?? 0) - (b.line ?? 0))

/**
 * Compiles a story from ink files of one folder. Never throws: what is wrong comes as findings with file, line and fix.
 */
export function compileStory(files: readonly StoryFile[], options: CompileStoryOptions = {}): CompiledStory {
  const main = options.main ?? (files.length === 1 ? files[0]?.name : undefined) ?? "story.ink"
  const before = checkFiles(files, main)
  if (before.length > 0) return { story: null, findings: before }
  const { text: tail, own } = declarations(files)
  const { parsed, messages } = runCompiler(files, main, tail)
  const sources = new Map(files.map(({ name, text }) => [name, text.split(/\r?\n/)]))
  const told = messages.map(([text, isFault]) => inkMessage(text, isFault, sources))
  if (parsed === null) return { story: null, findings: ordered(told) }
  const graph = readFlows(parsed.root)
  const authored = readAuthored(parsed.root, sources)
  const entries = [...(options.entries ?? []), ...authored.tags.filter(({ name }) => name === "entry").map(({ flow }) => flow)]
  const findings = ordered([
    ...told, ...checkExternals(parsed.root), ...checkWorldCalls(parsed.root, own, options.names),
    ...checkMoveTags(authored.tags, options.names), ...checkReach(graph, entries), ...checkEndings(graph, authored),
    ...checkCheckpoints(graph, authored), ...checkIds(authored), ...checkSpeakers(authored, options.speakers),
    ...authored.lines.flatMap((line) => checkStyle(line, options)),
  ])
  if (findings.some(isError)) return { story: null, findings }
  return { story: build(parsed, graph, authored, own, options), findings }
}
