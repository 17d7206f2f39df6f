/** How a run that is spread over processes lies in the store. */
import type { Migration } from "@daydream/engine/storage"

export const schema = "daydream_run"

/** Input and output of a chunk are compressed and hold only what the plan reads and answers. */
export const migrations: readonly Migration[] = [
  {
    name: "runs, their plans and chunks",
    sql: `
      create table run (
        id uuid primary key, created_at timestamptz not null default now(),
        plan_path text not null, plan_identity text not null, batch_rows int not null);
      create table plan_file (
        plan_identity text not null, path text not null, bytes bytea not null, primary key (plan_identity, path));
      create table chunk (
        id uuid primary key, run_id uuid not null references run on delete cascade,
        first_row bigint not null, rows int not null, input bytea not null,
        worker text, output bytea, totals jsonb, milliseconds int, unique (run_id, first_row));
      alter table chunk alter column input set storage external;
      alter table chunk alter column output set storage external;
      alter table plan_file alter column bytes set storage external;
      create index chunk_by_worker on chunk (worker) where output is null`,
  },
]

/** Queue of a run's chunks. */
export const queueOf = (runId: string) => `run-${runId}`
