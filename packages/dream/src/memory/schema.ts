import type { Migration } from "@daydream/engine/storage"

export const schemaName = "dream_memory"

export const migrations: readonly Migration[] = [{
  name: "holders, memories, keys",
  sql: `
    -- "changed" counts the changes of a holder: whoever saw one of them asks for the later ones. "epoch" grows when rows
    -- were taken away without a mark (rewind): then everything is read anew.
    create table holder (
      session text collate "C" not null, holder text collate "C" not null,
      epoch bigint not null default 0, changed bigint not null default 0, sequence bigint not null default 0,
      primary key (session, holder));
    -- A forgotten memory keeps its id, so that a replay does not remember it again, and nothing else.
    create table memory (
      session text collate "C" not null, holder text collate "C" not null, id text collate "C" not null,
      sequence bigint not null, changed bigint not null, journal_index bigint not null,
      key_id uuid, content bytea, vector bytea, vector_space text,
      is_pinned bool not null default false, is_edited bool not null default false,
      primary key (session, holder, id),
      foreign key (session, holder) references holder,
      check ((key_id is null) = (content is null)), check (key_id is not null or vector is null));
    create index memory_changed on memory (session, holder, changed);
    create index memory_key on memory (key_id);
    -- The Postgres vault.
    create table key (key_id uuid primary key, key bytea not null);
    -- Keys whose destruction is decided but perhaps not done: another kind of vault cannot take part in the commit.
    create table doomed_key (key_id uuid primary key);`,
}]
