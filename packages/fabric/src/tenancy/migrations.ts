import type { Migration } from "@daydream/engine/storage"

export const tenancySchema = "fabric_tenancy"
export const tenancyChannel = "daydream_fabric_tenancy"

export const tenancyMigrations: readonly Migration[] = [{
  name: "tenants, keys, audit",
  sql: `
    create table version (is_only bool primary key default true check (is_only), number bigint not null);
    insert into version (number) values (0);
    -- What each version changed: caches drop just that.
    create table change (number bigint primary key, tenant_id text not null, key_id text);
    create table tenant (
      id text collate "C" primary key,
      parent_id text collate "C" references tenant,
      -- The tenant's own id, then its ancestors' up to the root; parents never change.
      path text[] not null,
      title text not null, is_suspended bool not null, billing text not null, quotas jsonb not null, models jsonb,
      records_content bool not null, response_cache_seconds int, weight double precision not null,
      created_at timestamptz not null default now(), created_by text not null);
    create index tenant_path on tenant using gin (path);
    create table api_key (
      id text collate "C" primary key,
      tenant_id text collate "C" not null references tenant,
      title text not null, scopes jsonb not null, models jsonb, quotas jsonb not null, request_class text not null,
      created_at timestamptz not null default clock_timestamp(), created_by text not null,
      expires_at timestamptz, revoked_at timestamptz);
    create index api_key_tenant on api_key (tenant_id, created_at);
    -- A keyed hash; the secret itself is nowhere. More than one while a rotation overlaps.
    create table key_secret (
      key_id text collate "C" not null references api_key, hash bytea not null, valid_until timestamptz,
      primary key (key_id, hash));
    create table audit (
      id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(),
      actor text not null, tenant_id text collate "C" not null, act text not null, subject text not null,
      facts jsonb not null);
    create index audit_tenant on audit (tenant_id, id);`,
}, {
  name: "removed audit entries",
  // How many entries were removed since they were older than is kept.
  sql: "create table removed_day (day date not null, act text not null, entries bigint not null, primary key (day, act))",
}]
