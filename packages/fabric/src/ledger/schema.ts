/**
 * Tables of the ledger. Two habits keep it fast. What closing changes stands in no index, so that it rewrites a row in
 * its own page (`fillfactor` leaves the room). And what is asked for often is kept as sums: accounts and `usage_hour`.
 */
export const tables = `
-- A process that holds open requests. Its row is gone once its lease has expired and its requests were closed for it.
create table holder (
  id text primary key,
  lease_until timestamptz not null,
  -- No open request of it was opened before.
  low_water timestamptz not null
);

-- A ceiling of money of a tenant: of a period, or ('credit') what was paid ahead.
create table account (
  id bigint generated always as identity primary key,
  tenant text not null,
  period text not null check (period in ('day', 'month', 'total', 'credit')),
  is_active boolean not null default true,
  limit_amount bigint not null check (limit_amount >= 0),
  spent bigint not null default 0,
  reserved bigint not null default 0,
  period_start timestamptz not null,
  alerts_at float8[] not null default '{}',
  -- How many of them were told in this period.
  alerts_told int not null default 0,
  unique (tenant, period)
) with (fillfactor = 50);

create table credit (
  id text primary key,
  tenant text not null,
  amount bigint not null,
  note text not null,
  at timestamptz not null default clock_timestamp()
);

create table alert (
  tenant text not null,
  period text not null,
  period_start timestamptz not null,
  threshold float8 not null,
  limit_amount bigint not null,
  spent bigint not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant, period, period_start, threshold)
);

-- 'requests' and 'tokens': what is left, refilled evenly, as it stood at updated_at. 'concurrency': free places.
create table bucket (
  id bigint generated always as identity primary key,
  name text not null unique,
  kind text not null check (kind in ('requests', 'tokens', 'concurrency')),
  limit_amount float8 not null,
  window_seconds float8 not null,
  level float8 not null,
  updated_at timestamptz not null
) with (fillfactor = 50);

-- Each tenant that ever called, with its ancestors.
create table lineage (
  tenant text primary key,
  path text[] not null
);

-- tokens: input, cached input, cache write, image input, audio input, output, reasoning, audio output.
create table request (
  request_id uuid primary key,
  opened_at timestamptz not null,
  holder text not null,
  path text[] not null,
  key_id text not null,
  api text not null,
  model text not null,
  -- Of the newest attempt.
  pool text not null,
  most_charge bigint not null,
  -- Where most_charge was reserved, and what was taken from which buckets.
  accounts bigint[],
  buckets bigint[],
  bucket_amounts bigint[],
  outcome text,
  closed_at timestamptz,
  charge bigint,
  overrun bigint,
  tokens int[],
  is_estimated boolean,
  -- Closed in place of a holder that died: the facts are assumed, its late closing becomes an adjustment.
  is_assumed boolean
) with (fillfactor = 45, autovacuum_vacuum_insert_scale_factor = 0.5);
create index request_opened_at on request (opened_at);

create table attempt (
  request_id uuid not null,
  attempt_id uuid not null,
  opened_at timestamptz not null,
  pool text not null,
  target_model text not null,
  most_cost bigint not null,
  outcome text,
  closed_at timestamptz,
  cost bigint,
  tokens int[],
  is_estimated boolean,
  is_assumed boolean,
  upstream_id text,
  answered_model text,
  first_token_ms float8,
  total_ms float8,
  joules float8,
  joules_source text,
  primary key (request_id, attempt_id)
) with (fillfactor = 45, autovacuum_vacuum_insert_scale_factor = 0.5);

-- What came after a request was closed. The request itself never changes again.
create table adjustment (
  id uuid primary key,
  request_id uuid not null,
  attempt_id uuid,
  charge bigint not null,
  cost bigint not null,
  tokens int[],
  reason text not null,
  -- A closing of the request or attempt that came after it was closed in its holder's place: one each.
  is_late boolean not null,
  at timestamptz not null
);
create index adjustment_request on adjustment (request_id);
create unique index adjustment_late on adjustment (request_id, (coalesce(attempt_id, request_id))) where is_late;

-- Sums by the hour in which requests, attempts and adjustments were closed. A request counts for the pool of its last attempt.
create table usage_hour (
  tenant text not null,
  hour timestamptz not null,
  key_id text not null,
  model text not null,
  pool text not null,
  requests bigint not null default 0,
  failed bigint not null default 0,
  estimated bigint not null default 0,
  attempts bigint not null default 0,
  tokens bigint[] not null default '{0,0,0,0,0,0,0,0}',
  charge numeric not null default 0,
  overrun numeric not null default 0,
  cost numeric not null default 0,
  joules float8 not null default 0,
  primary key (tenant, hour, key_id, model, pool)
) with (fillfactor = 50);

create function period_start(period text, at timestamptz) returns timestamptz language sql stable as $$
  select case period when 'day' then date_trunc('day', at, 'UTC') when 'month' then date_trunc('month', at, 'UTC')
    else '-infinity' end
$$;

create function period_end(period text, at timestamptz) returns timestamptz language sql stable as $$
  select case period when 'day' then date_trunc('day', at, 'UTC') + interval '1 day'
    when 'month' then (date_trunc('month', at, 'UTC') at time zone 'UTC' + interval '1 month') at time zone 'UTC' end
$$;

-- What a bucket holds at a moment.
create function refilled(kind text, level float8, limit_amount float8, window_seconds float8, since timestamptz, at timestamptz)
returns float8 language sql stable as $$
  select case when kind = 'concurrency' then level
    else least(limit_amount, level + limit_amount / window_seconds * greatest(0, extract(epoch from at - since)::float8)) end
$$;
`
