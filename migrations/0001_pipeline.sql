-- The pipeline: deliveries as received, their rows verbatim, what is wrong with them, and the source
-- records made of them. Nothing here is ever deleted.

create table import (
    id uuid primary key,
    sha256 bytea not null,
    file_name text not null,
    bytes bytea not null,
    register text not null,
    register_version text not null,        -- hash of the mapping file that read it
    scope text not null,                   -- register/OFFICE_KIND/province code: a later snapshot replaces an earlier one
    mode text not null check (mode in ('snapshot', 'append')),
    office text not null,                  -- OfficeKind of the office that delivered it
    agency_id uuid,                        -- foreign key added with the agency table
    as_of date not null,
    received_at timestamptz not null,
    state text not null check (state in ('RECEIVED', 'STAGED', 'APPLIED')),
    rows_read integer not null default 0,
    rows_accepted integer not null default 0,
    rows_unchanged integer not null default 0,
    rows_quarantined integer not null default 0,
    rows_duplicate integer not null default 0,
    constraint import_once unique (sha256, register_version, scope, as_of),
    constraint import_rows_add_up check (
        state = 'RECEIVED' or rows_read = rows_accepted + rows_unchanged + rows_quarantined + rows_duplicate
    )
);
create index import_scope on import (scope, as_of desc, received_at desc);

create table raw_row (
    import_id uuid not null references import (id),
    sheet text not null,
    row_no integer not null,
    -- title, header, section, data, total, note
    kind text not null check (kind in ('title', 'header', 'section', 'data', 'total', 'note')),
    -- what became of a data row
    outcome text check (outcome in ('accepted', 'unchanged', 'quarantined', 'duplicate')),
    cells jsonb not null,                  -- verbatim, one element a column; see ingest::cell
    primary key (import_id, sheet, row_no),
    check ((kind = 'data') = (outcome is not null))
);

create table row_issue (
    import_id uuid not null references import (id),
    sheet text not null,
    row_no integer not null,
    position integer not null,             -- order within the row
    column_name text,
    code text not null,
    severity text not null check (severity in ('quarantine', 'warning')),
    seen text,
    expected_en text not null,
    expected_vi text not null,
    primary key (import_id, sheet, row_no, position)
);

create table source_record (
    id uuid primary key,
    import_id uuid not null references import (id),
    sheet text not null,
    row_no integer not null,
    entity text not null,
    key text not null,
    observed_on date not null,
    fields jsonb not null,
    refs jsonb not null,
    evidence jsonb not null
);
create index source_record_import on source_record (import_id);

-- The deliveries whose word counts: of each snapshot scope the newest, of the others all.
create view current_import as
select i.*
from import i
where i.state in ('STAGED', 'APPLIED')
  and (i.mode = 'append' or i.id = (
      select n.id from import n
      where n.scope = i.scope and n.mode = 'snapshot' and n.state in ('STAGED', 'APPLIED')
      order by n.as_of desc, n.received_at desc, n.id desc
      limit 1
  ));

-- Which records an entity is made of. A pure function of the records; recomputed by merge.
create table entity_member (
    record_id uuid primary key references source_record (id),
    entity text not null,
    entity_id uuid not null
);
create index entity_member_entity on entity_member (entity_id);

-- What each office says of each field; `chosen` stands in the entity.
create table origin (
    id uuid primary key,
    entity text not null,
    entity_id uuid not null,
    field text not null,
    value text,
    public_value text,                     -- value without personal data
    chosen boolean not null,
    agency_id uuid,                        -- foreign key added with the agency table
    file text not null,
    sheet text not null,
    row integer not null,
    observed_at date not null,
    import_id uuid not null references import (id),
    record_id uuid not null references source_record (id)
);
create index origin_entity on origin (entity_id, field, id);
create index origin_import on origin (import_id);
create index origin_agency on origin (agency_id);

-- Pairs that may be the same and are kept apart.
create table doubtful_match (
    id uuid primary key,
    entity_type text not null,
    left_id text not null,
    right_id text not null,
    reasons text not null
);
