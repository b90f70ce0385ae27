-- Decisions of people, undo, and what the hub held when. Deliveries count once they are applied; what they
-- said stays for ever.

-- Imports: applied by wish, held when they withdraw too much, reverted as if they had never come.
drop view current_import;
alter table import drop constraint import_state_check;
alter table import
    add constraint import_state_known check (state in ('RECEIVED', 'STAGED', 'HELD', 'APPLIED', 'REVERTED')),
    add column wanted boolean not null default true,    -- to be applied as soon as it is staged, after a crash too
    add column confirmed boolean not null default false, -- a person agreed to what it withdraws
    add column withdrawn jsonb,                          -- records gone, by entity type, when it was last computed
    add column media_type text,
    add column received_by text not null default 'operator',
    add column applied_at timestamptz,
    add column reverted_at timestamptz,
    add column reverted_by text,
    add column revert_reason text,
    add column idempotency_key text constraint import_idempotency unique;

-- The rank of each applied delivery within its scope: 0 counts, what follows it replaced. Of registers whose
-- deliveries add up, all have rank 0.
create view applied_import as
select i.id, i.scope, i.office, i.mode, i.agency_id, i.file_name, i.as_of, i.received_at,
       case when i.mode = 'append' then 0
            else row_number() over (partition by i.scope, i.mode order by i.as_of desc, i.received_at desc, i.id desc) - 1
       end as rank
from import i
where i.state = 'APPLIED';

create view current_import as
select i.* from import i join applied_import a on a.id = i.id where a.rank = 0;

-- The node a record speaks of: entity type, scope and key, as a UUIDv7 of the first day of 1970 (the same bits
-- as the hub's own).
create function node_id(entity text, scope text, key text) returns uuid
    language sql immutable parallel safe strict
    as $$
    select encode(
        decode('000000000000', 'hex')
        || set_byte(substr(h, 1, 1), 0, (get_byte(h, 0) & 15) | 112) || substr(h, 2, 1)
        || set_byte(substr(h, 3, 1), 0, (get_byte(h, 2) & 63) | 128) || substr(h, 4, 7), 'hex')::uuid
    from (select sha256(convert_to('node|' || entity || '|' || scope || '|' || key, 'UTF8')) as h) as digest
$$;
alter table source_record add column node_id uuid;
update source_record r set node_id = node_id(r.entity, i.scope, r.key) from import i where i.id = r.import_id;
alter table source_record alter column node_id set not null;
drop index source_record_import;
create index source_record_import on source_record (import_id, sheet, row_no);
create index source_record_node on source_record (node_id);

-- What one scope says under one key, and the entity it belongs to. Computed.
create table node (
    id uuid primary key,                   -- node_id(entity, scope, key)
    entity text not null,
    scope text not null,
    key text not null,
    entity_id uuid not null,
    own_id uuid not null,                  -- the id of an entity of which this node is the first
    standing boolean not null,             -- said by a delivery that counts
    block_keys bigint[] not null           -- what it is compared by
);
create index node_entity_id on node (entity_id);
create index node_block_keys on node using gin (block_keys);

-- Every id an entity has ever had leads to a node for ever, and by it to the entity of today.
create table address (
    id uuid primary key,
    node_id uuid not null
);

-- Identifiers that stand over too many unlike owners to be evidence. Computed.
create table void_identifier (
    id uuid primary key,
    entity text not null,
    field integer not null,
    root text not null
);

-- Which records an entity is made of, and for which fields each one's word stands. Computed.
drop table entity_member;
create table entity_member (
    record_id uuid primary key references source_record (id) on delete cascade,
    entity text not null,
    entity_id uuid not null,
    chosen text[] not null,
    filler text[]                          -- of a replaced delivery: fields the newer one leaves blank
);
create index entity_member_entity on entity_member (entity_id);

-- Which fields are shown to the public, and how. Written from the schema files at every start.
create table field_mask (
    entity text not null,
    field text not null,
    mask text not null check (mask in ('open', 'hidden', 'name', 'code')),
    link_prefix text,                      -- of links: the prefix of the ids it leads to
    id_prefix text not null,               -- of the entity's own ids
    primary key (entity, field)
);

-- A value as the public may see it.
create function public_value(mask text, value text) returns text
    language sql immutable parallel safe
    set search_path from current
    as $$
    select case coalesce(mask, 'hidden')
        when 'open' then value
        when 'name' then mask_owner_name(value)
        when 'code' then case when length(regexp_replace(value, '\D', '', 'g')) <> 12 then value end
    end
$$;

-- A uuid as a TypeID: prefix, underscore, 26 characters of Crockford's base 32.
create function type_id(prefix text, id uuid) returns text
    language sql immutable parallel safe strict
    as $$
    select prefix || '_' || string_agg(
        substr('0123456789abcdefghjkmnpqrstvwxyz', 1 + substr(bits, 1 + 5 * at, 5)::bit(5)::integer, 1), '' order by at)
    from (select '00' || (('x' || replace(id::text, '-', ''))::bit(128))::text as bits) as b,
         generate_series(0, 25) as at
$$;

-- What each office says of each field: the records' own words, nothing is copied.
drop table origin;
create view origin as
select md5(m.record_id::text || '/' || w.field)::uuid as id,
       m.entity,
       m.entity_id,
       w.field,
       case when k.link_prefix is null then w.value else type_id(k.link_prefix, w.value::uuid) end as value,
       case when k.link_prefix is null then public_value(k.mask, w.value)
            else type_id(k.link_prefix, w.value::uuid) end as public_value,
       w.field = any (m.chosen) as chosen,
       type_id(k.id_prefix, o.own_id) as part_id,
       i.agency_id,
       i.office,
       i.file_name as file,
       r.sheet,
       r.row_no as row,
       r.observed_on as observed_at,
       r.import_id,
       m.record_id
from entity_member m
join source_record r on r.id = m.record_id
join import i on i.id = r.import_id
join node o on o.id = r.node_id
cross join lateral (
    select f.key, f.value
    from jsonb_each_text(r.fields) f
    where f.value is not null
    union all
    select l.key, n.entity_id::text
    from jsonb_each_text(r.refs) l
    join source_record t on t.id = l.value::uuid
    join node n on n.id = t.node_id
) as w (field, value)
left join field_mask k on k.entity = m.entity and k.field = w.field
where m.filler is null or w.field = any (m.filler);

-- Decisions of people. Never deleted: retracted.
create table judgement (
    id uuid primary key,
    entity text not null,
    left_node uuid not null,               -- nodes of the two entities when it was made
    right_node uuid not null,
    left_id uuid not null,                 -- what the two were called then
    right_id uuid not null,
    verdict text not null check (verdict in ('SAME', 'DIFFERENT', 'UNSURE')),
    reason text not null,
    decided_by text not null,
    decided_at timestamptz not null,
    retracted_by text,
    retracted_at timestamptz,
    retract_reason text
);
create index judgement_left on judgement (left_node);
create index judgement_right on judgement (right_node);

create table pin (
    id uuid primary key,
    entity text not null,
    node_id uuid not null,
    entity_id uuid not null,               -- what it was called then
    field text not null,
    value jsonb not null,
    said text not null,                    -- what the offices said then: another hash opens the matter again
    reason text not null,
    pinned_by text not null,
    pinned_at timestamptz not null,
    retracted_by text,
    retracted_at timestamptz,
    retract_reason text
);
create index pin_node on pin (node_id);

create table row_fix (
    id uuid primary key,
    import_id uuid not null references import (id),
    sheet text not null,
    row_no integer not null,
    cells jsonb not null,                  -- column → new text
    reason text not null,
    fixed_by text not null,
    fixed_at timestamptz not null,
    retracted_by text,
    retracted_at timestamptz
);
create index row_fix_row on row_fix (import_id, sheet, row_no, fixed_at desc);

-- Words of offices that differ from the one that stands. Computed.
create table conflict (
    id uuid primary key,
    entity_type text not null,
    entity_id uuid not null,
    field text not null,
    office text not null,
    agency_id uuid references agency (id),
    value text,
    public_value text,
    standing_value text,
    public_standing_value text,
    standing_agency_id uuid references agency (id),
    status text not null constraint conflict_status_known check (status in ('OPEN', 'PINNED', 'REOPENED')),
    import_id uuid not null references import (id)
);
create index conflict_entity on conflict (entity_id, field, id);
create index conflict_office on conflict (office, field, id);
create index conflict_agency on conflict (agency_id);
create index conflict_standing_agency on conflict (standing_agency_id);
create index conflict_import on conflict (import_id);

-- What the hub held, when, and because of what. The one log of changes: appended in the transaction that makes
-- the change, never altered.
create table entity_change (
    seq bigserial primary key,
    xid xid8 not null default pg_current_xact_id(),
    entity text not null,
    entity_id uuid not null,
    kind text not null check (kind in ('CREATED', 'UPDATED', 'DELETED')),
    old_values jsonb,
    new_values jsonb,
    cause text not null,                   -- IMPORT, REVERT, FIX, JUDGEMENT, PIN, REBUILD
    cause_id uuid,                         -- the import, judgement or pin
    import_id uuid references import (id),
    changed_by text not null,
    changed_at timestamptz not null
);
create index entity_change_entity on entity_change (entity_id, seq desc);
create index entity_change_import on entity_change (import_id);
create index entity_change_xid on entity_change (xid, seq);

-- What the first has that the second has not, or has otherwise.
create function jsonb_without(one jsonb, other jsonb) returns jsonb
    language sql immutable parallel safe strict
    as $$
    select coalesce(jsonb_object_agg(e.key, e.value), '{}')
    from jsonb_each(one) e
    where other -> e.key is distinct from e.value
$$;

-- The queue of doubtful pairs: what a person needs to decide.
alter table doubtful_match
    add column left_name text,
    add column right_name text,
    add column public_left_name text,
    add column public_right_name text,
    add column weight double precision,
    add column records integer not null default 0;
