import type { Migration } from "@daydream/engine/storage"

export const schemaName = "dream_session"

export const migrations: readonly Migration[] = [{
  name: "dreams, turns, sessions, saves, keys, votes, reports",
  sql: `
    -- Files of dreams by their hash: a session keeps the version in which it began.
    create table dream_file (hash text collate "C" primary key, bytes bytea not null);
    create table dream_version (
      hash text collate "C" primary key, dream text collate "C" not null, world_hash text not null,
      files jsonb not null, knots jsonb not null, about jsonb not null, kept_at timestamptz not null);
    -- Turns are written once and never changed. They form a tree: a session stands at one of them, a branch or a save at
    -- another, and what lies before is shared. "record" has holes where a person's or a model's words stood; they are
    -- sealed in "content", and "stand_ins" is read in their place once they are forgotten.
    create table turn (
      id bigint generated always as identity primary key,
      parent bigint references turn, index int not null, attempt int not null, player text collate "C" not null,
      record text not null, stand_ins jsonb not null, key_id uuid, content bytea,
      first_cursor bigint not null, events int not null, ending jsonb, played_at timestamptz not null,
      check ((key_id is null) = (content is null)));
    create index turn_parent on turn (parent);
    create index turn_key on turn (key_id);
    create table session (
      id text collate "C" primary key, owner text collate "C" not null, dream text collate "C" not null,
      dream_hash text collate "C" not null references dream_version, language text not null, seed text not null,
      dials jsonb not null, rules jsonb not null,
      -- Of the memory store: another one after a save was loaded.
      memories text collate "C" not null,
      head bigint references turn, turns int not null, cursor bigint not null,
      -- Counts the changes that are not turns.
      revision int not null default 0, next_player text collate "C",
      ending jsonb, played_seconds double precision not null default 0,
      created_at timestamptz not null, played_at timestamptz not null,
      from_session text collate "C", from_turn int,
      check ((head is null) = (turns = 0)));
    create index session_head on session (head);
    create index session_version on session (dream_hash);
    create table player (
      session text collate "C" not null references session on delete cascade, place int not null,
      player text collate "C" not null, character text collate "C" not null, age text not null, without text[] not null,
      primary key (session, player), unique (session, place), unique (session, character));
    create index player_player on player (player);
    create table save (
      session text collate "C" not null references session on delete cascade, name text collate "C" not null,
      turn bigint references turn, turns int not null, memories text collate "C" not null, saved_at timestamptz not null,
      primary key (session, name));
    create index save_turn on save (turn);
    -- A key whose turn was taken back stays, so that a late repetition plays nothing.
    create table request_key (
      session text collate "C" not null references session on delete cascade, key text collate "C" not null,
      turn bigint references turn on delete set null, primary key (session, key));
    create index request_key_turn on request_key (turn);
    create table vote (
      session text collate "C" not null references session on delete cascade, player text collate "C" not null,
      what text not null, head bigint not null, primary key (session, player));
    -- Outlives its session. The reported text stays sealed under the key of its turn.
    create table report (
      id text collate "C" primary key, session text collate "C" not null, dream text collate "C" not null,
      dream_hash text collate "C" not null, player text collate "C", turn int not null, cursor bigint not null,
      output text not null, stand_ins jsonb not null, key_id uuid, content bytea,
      reason text not null, note text, made_at timestamptz not null);
    create index report_key on report (key_id);
    create index report_time on report (made_at);
    -- Grows with every forgetting: states that a process built before then are dropped.
    create table forgetting (epoch bigint not null);
    insert into forgetting values (0);`,
}]
