/** All commands, in the order in which help shows them. A new command is a file beside this one and a line here. */
import type { CommandDefinition } from "../frame/index.ts"
import { check } from "./check.ts"
import { compile } from "./compile.ts"
import { data } from "./data.ts"
import { models } from "./models.ts"
import { prices } from "./prices.ts"
import { run } from "./run.ts"
import { runWorkerCommand } from "./run-worker.ts"
import { start } from "./start.ts"
import { show } from "./show.ts"

export const commands: readonly CommandDefinition[] = [start, compile, run, show, check, models, data, prices, runWorkerCommand]
