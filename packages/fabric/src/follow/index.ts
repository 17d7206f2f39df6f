export { follow } from "./follow.ts"
export type { Follower, FollowOptions } from "./follow.ts"
