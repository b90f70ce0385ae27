-- Administrative units through time, and the provincial offices with their names. Reference data, loaded
-- from schema/reference by the hub; nothing here is merged from records.

create table admin_unit (
    id uuid primary key,
    level text not null constraint admin_unit_level_known check (level in ('PROVINCE', 'DISTRICT', 'COMMUNE')),
    code text not null,
    name text not null,
    valid_from date not null,
    valid_to date,
    parent_id uuid constraint admin_unit_parent references admin_unit (id),
    province_id uuid constraint admin_unit_province references admin_unit (id),
    latitude double precision,
    longitude double precision,
    area_km2 double precision,
    constraint admin_unit_period unique (level, code, valid_from),
    constraint admin_unit_lives check (valid_to > valid_from)
);
create index admin_unit_parent on admin_unit (parent_id, code, id);
create index admin_unit_province on admin_unit (province_id);
create index admin_unit_code on admin_unit (code);

create table admin_unit_succession (
    id uuid primary key,
    from_id uuid not null constraint admin_unit_succession_from references admin_unit (id),
    to_id uuid not null constraint admin_unit_succession_to references admin_unit (id),
    scope text not null constraint admin_unit_succession_scope_known check (scope in ('WHOLE', 'PART')),
    is_default boolean not null,
    constraint admin_unit_succession_once unique (from_id, to_id)
);
create index admin_unit_succession_from on admin_unit_succession (from_id, is_default desc, id);
create index admin_unit_succession_to on admin_unit_succession (to_id, is_default desc, id);
-- one successor to assume for each unit
create unique index admin_unit_succession_default on admin_unit_succession (from_id) where is_default;

create table agency (
    id uuid primary key,
    kind text not null
        constraint agency_kind_known check (kind in ('AGRICULTURE', 'INDUSTRY_AND_TRADE', 'RURAL_DEVELOPMENT')),
    name text not null,
    province_id uuid not null constraint agency_province references admin_unit (id),
    valid_from date,
    valid_to date,
    successor_id uuid constraint agency_successor references agency (id)
);
create index agency_province on agency (province_id);
create index agency_successor on agency (successor_id, valid_from, id);

alter table import add constraint import_agency foreign key (agency_id) references agency (id);
create index import_agency on import (agency_id);
alter table origin add constraint origin_agency foreign key (agency_id) references agency (id);

-- Which reference data the tables hold: the hash of what was loaded.
create table reference_version (
    name text primary key,
    sha256 bytea not null
);

-- Deletes those of `ids` that nothing refers to, and says how many.
create function delete_unreferenced(holder regclass, ids uuid[]) returns integer
language plpgsql as $$
declare
    one uuid;
    deleted integer := 0;
begin
    foreach one in array ids loop
        begin
            execute format('delete from %s where id = $1', holder) using one;
            deleted := deleted + 1;
        exception when foreign_key_violation then
            null; -- still in use: it stays
        end;
    end loop;
    return deleted;
end
$$;
