-- What callers may still ask for, shared by all hubs on this database: a leaky bucket for each of them. Hubs take
-- slices of it and pay requests out of these, so that no request asks here. A bucket that is full again has no row.
create table budget (
  subject text primary key,
  -- Units it holds, when full, and gains each second.
  capacity double precision not null check (capacity > 0),
  refill double precision not null check (refill >= 0),
  -- Units in it at the time `at`; below none by what hubs granted on credit.
  level double precision not null,
  -- What the last hub that asked was given.
  granted double precision not null default 0,
  at timestamptz not null
);
comment on table budget is 'What callers may still ask for; hubs take slices of it.';
