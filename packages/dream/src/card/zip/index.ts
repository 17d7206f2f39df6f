export { endsAsZip, readZip, replaceEntry, unpackEntry, writeZip } from "./archive.ts"
export type { ZipArchive, ZipEntry } from "./archive.ts"
