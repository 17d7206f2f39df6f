/** Addresses and names of sources. */
import type { FileSource, HubSource } from "./entry.ts"
import type { Environment } from "./folder.ts"

/** The address of a hub's file. `HF_ENDPOINT` and `MODELSCOPE_ENDPOINT` name mirrors. */
export function addressOf(source: HubSource, env: Environment): string {
  const { repository, revision, path } = source
  const trimmed = (url: string) => url.replace(/\/+$/u, "")
  return source.kind === "hub"
    ? `${trimmed(env["HF_ENDPOINT"] || "https://huggingface.co")}/${repository}/resolve/${revision}/${path}`
    : `${trimmed(env["MODELSCOPE_ENDPOINT"] || "https://modelscope.cn")}/models/${repository}/resolve/${revision}/${path}`
}

/** What messages call a source. */
export function nameOf(source: FileSource, env: Environment): string {
  return source.kind === "packages" ? "the Python package index (pip)" : new URL(addressOf(source, env)).host
}
