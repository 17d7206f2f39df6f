/** Alerts as an outbox: each is written with the closing that passed its threshold, and stays due until it is delivered. */
export const delivery = `
alter table alert
  -- The same however often it is sent.
  add column id uuid not null default gen_random_uuid() unique,
  add column attempts int not null default 0,
  add column next_at timestamptz not null default clock_timestamp(),
  add column delivered_at timestamptz,
  add column given_up_at timestamptz,
  -- Of the newest attempt: the status that answered, or why none did.
  add column last_problem text;
create index alert_due on alert (next_at) where delivered_at is null and given_up_at is null;
create index alert_at on alert (at);
`
