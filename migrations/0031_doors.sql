-- What callers may send twice, and how far sources on the network have been read.

-- An operation sent with an idempotency key, and what came of it the first time.
create table operation_once (
    key text primary key,
    operation text not null,
    input bytea not null,                  -- hash of what was sent
    outcome jsonb not null,
    done_at timestamptz not null
);

-- Where a source on the network stands.
create table pull_state (
    source text primary key,
    etag text,
    last_modified text,
    watermark text,                        -- greatest value seen, for the parameter of the next request
    failures integer not null default 0,   -- in a row
    next_at timestamptz,                   -- not before
    pulled_at timestamptz,
    outcome text,                          -- IMPORTED, UNCHANGED, or the code of what went wrong
    import_id uuid references import (id)
);
create index pull_state_import on pull_state (import_id);
