/** All commands, in the order in which help shows them. A new command is a file beside this one and a line here. */
import type { CommandDefinition } from "../frame/index.ts"
import { alert } from "./alert.ts"
import { apply, exportCommand } from "./apply.ts"
import { backup, restore } from "./backup.ts"
import { card } from "./card.ts"
import { check } from "./check.ts"
import { compile } from "./compile.ts"
import { credential } from "./credential.ts"
import { data } from "./data.ts"
import { dream } from "./dream.ts"
import { key } from "./key.ts"
import { ledger } from "./ledger.ts"
import { models } from "./models.ts"
import { network } from "./network.ts"
import { play } from "./play.ts"
import { pool } from "./pool.ts"
import { prices } from "./prices.ts"
import { retention } from "./retention.ts"
import { route } from "./route.ts"
import { run } from "./run.ts"
import { runWorkerCommand } from "./run-worker.ts"
import { serve } from "./serve.ts"
import { start } from "./start.ts"
import { show } from "./show.ts"
import { tariff } from "./tariff.ts"
import { tenant } from "./tenant.ts"
import { audit, usage } from "./usage.ts"

export const commands: readonly CommandDefinition[] = [
  start, compile, run, show, check, models, data, prices,
  serve, tenant, key, pool, route, tariff, credential, network, usage, ledger, alert, audit, retention, apply, exportCommand, backup, restore,
  runWorkerCommand, play, dream, card,
]
