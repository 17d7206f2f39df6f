import type { Migration } from "@daydream/engine/storage"

/** Schema of kept answers. */
export const schema = "fabric_replies"

// A reply's body is a client's content: it lives only as long as its key or its cache time, and only for its tenant.
export const migrations: readonly Migration[] = [{
  name: "replies by idempotency key, and cached replies",
  sql: `
    create table kept (
      tenant text not null,
      key text not null,
      body_hash text not null,
      request_id uuid not null,
      holder text not null,
      lease_until timestamptz not null,
      is_done boolean not null default false,
      status int,
      headers jsonb,
      body bytea,
      expires_at timestamptz not null,
      primary key (tenant, key));
    create index kept_expiry on kept (expires_at);
    create index kept_open on kept (holder) where not is_done;
    create table cached (
      tenant text not null,
      hash text not null,
      status int not null,
      headers jsonb not null,
      body bytea not null,
      expires_at timestamptz not null,
      primary key (tenant, hash));
    create index cached_expiry on cached (expires_at);
  `,
}]
