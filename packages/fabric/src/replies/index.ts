export { bodyHash } from "./body-hash.ts"
export { repliesErrors } from "./errors.ts"
export { openReplies } from "./open-replies.ts"
export type { Claim, ClaimRequest, ClaimResult, Replies, RepliesOptions, Reply } from "./replies.ts"
