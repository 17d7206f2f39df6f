export { openJobs } from "./jobs.ts"
export type { Commit, Handler, Job } from "./job.ts"
export type { Jobs, QueueCounts, QueueOptions, WorkOptions } from "./jobs.ts"
