import type { Migration } from "@daydream/engine/storage"

export const configurationSchema = "fabric_configuration"
export const configurationChannel = "daydream_fabric_configuration"

export const configurationMigrations: readonly Migration[] = [{
  name: "pools, routes, prices, credentials, networks",
  sql: `
    create table version (
      is_only bool primary key default true check (is_only), number bigint not null,
      currency text not null, allowed_networks jsonb not null);
    insert into version (number, currency, allowed_networks) values (1, 'USD', '[]');
    -- Its secret is sealed elsewhere (fabric_secrets).
    create table credential (name text collate "C" primary key, set_at timestamptz not null default now());
    create table pool (
      name text collate "C" primary key, credential text collate "C" references credential, definition jsonb not null);
    create table route (name text collate "C" primary key, definition jsonb not null);
    create table price (
      side text not null, subject text collate "C" not null, valid_from timestamptz not null, definition jsonb not null,
      primary key (side, subject, valid_from));`,
}, {
  name: "retention",
  // Days; null: for ever.
  sql: `alter table version add column ledger_days int, add column audit_days int`,
}]
