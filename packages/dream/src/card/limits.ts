/** What a file may hold at most. Far above what honest tools write, far below what harms a machine. */
export const cardLimits = {
  /** Bytes of a whole file. */
  fileBytes: 64 * 2 ** 20,
  /** Bytes of one JSON text, also after unpacking. */
  jsonBytes: 16 * 2 ** 20,
  /** Levels of nesting in JSON. */
  jsonDepth: 100,
  /** Values in one JSON text. */
  jsonValues: 400_000,
  /** Chunks of a PNG. */
  pngChunks: 20_000,
  /** Files in a CHARX. */
  zipEntries: 2_000,
  /** Bytes of one unpacked asset, and of all that are unpacked together. */
  assetBytes: 32 * 2 ** 20,
  unpackedBytes: 64 * 2 ** 20,
  /** Messages of a chat log. */
  chatMessages: 200_000,
} as const
