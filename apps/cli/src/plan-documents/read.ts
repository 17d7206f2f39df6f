/** What a plan keeps for people: its ladder, and its certificate or why it got none. */
import type { Certificate, Refusal } from "@daydream/industry/certificate"
import { planDocuments } from "@daydream/industry/compile"
import { readPlanDocument, type PlanManifest } from "@daydream/industry/plan"
import type { LadderView } from "../view/index.ts"

async function readJson<T>(folder: string, manifest: PlanManifest, name: string): Promise<T | undefined> {
  const text = await readPlanDocument(folder, manifest, name)
  return text === undefined ? undefined : (JSON.parse(text) as T)
}

/** The ladder that a plan was chosen from; undefined where it was made without one. */
export const readLadder = (folder: string, manifest: PlanManifest): Promise<LadderView | undefined> =>
  readJson(folder, manifest, planDocuments.ladder)

/** Hashes of the rows that a plan was fitted and chosen with. */
export const readKnownRows = async (folder: string, manifest: PlanManifest): Promise<ReadonlySet<string>> =>
  new Set(await readJson<readonly string[]>(folder, manifest, planDocuments.knownRows))

/** The certificate of a plan, or its refusal; undefined where no row was labelled. */
export const readVerdict = (folder: string, manifest: PlanManifest): Promise<Certificate | Refusal | undefined> =>
  readJson(folder, manifest, planDocuments.verdict)
