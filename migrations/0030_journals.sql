-- The journals as the graph shows them: what is wrong in a file, its rows as they came, decisions of people,
-- and what the hub held when. Views; nothing is copied.

-- Prefix of the ids of an entity type: AdminUnit → admin_unit.
create function id_prefix(entity text) returns text
    language sql immutable parallel safe strict
    as $$ select lower(regexp_replace(entity, '(?!^)([A-Z])', '_\1', 'g')) $$;

-- The id of an entity as callers know it.
create function entity_type_id(entity text, id uuid) returns text
    language sql immutable parallel safe strict
    set search_path from current
    as $$ select type_id(id_prefix(entity), id) $$;

alter table row_issue
    add column id uuid not null generated always as (
        md5(import_id::text || '/' || sheet || '/' || row_no::text || '/' || position::text)::uuid) stored;
create unique index row_issue_id on row_issue (id);
create index row_issue_code on row_issue (code, import_id);

create view issue_entry as
select i.id, i.import_id, i.sheet, i.row_no as row, i.position, i.column_name as "column", i.code,
       upper(i.severity) as severity, i.seen, i.expected_en, i.expected_vi,
       coalesce('Column ' || i.column_name || ': ', '') || coalesce('found "' || i.seen || '"; ', '')
           || 'expected ' || i.expected_en as message_en,
       coalesce('Cột ' || i.column_name || ': ', '') || coalesce('đang ghi "' || i.seen || '"; ', '')
           || 'cần ' || i.expected_vi as message_vi
from row_issue i;

create view row_entry as
select md5(r.import_id::text || '/' || r.sheet || '/' || r.row_no::text)::uuid as id,
       r.import_id, r.sheet, r.row_no as row, upper(r.kind) as kind, upper(r.outcome) as outcome, r.cells
from raw_row r;

create view fix_entry as
select f.id, f.import_id, f.sheet, f.row_no as row,
       (select string_agg(k, ', ' order by k) from jsonb_object_keys(f.cells) as k) as columns,
       f.cells, f.reason, f.fixed_by, f.fixed_at, f.retracted_by, f.retracted_at
from row_fix f;

create view judgement_entry as
select j.id, j.entity as entity_type, entity_type_id(j.entity, j.left_id) as left_id,
       entity_type_id(j.entity, j.right_id) as right_id, j.verdict, j.reason, j.decided_by, j.decided_at,
       j.retracted_by, j.retracted_at, j.retract_reason
from judgement j;

create view pin_entry as
select p.id, p.entity as entity_type, entity_type_id(p.entity, p.entity_id) as subject, p.field,
       case when k.link_prefix is null then p.value #>> '{}'
            else type_id(k.link_prefix, (p.value #>> '{}')::uuid) end as value,
       case when k.link_prefix is null then public_value(k.mask, p.value #>> '{}')
            else type_id(k.link_prefix, (p.value #>> '{}')::uuid) end as public_value,
       p.reason, p.pinned_by, p.pinned_at, p.retracted_by, p.retracted_at, p.retract_reason
from pin p
left join field_mask k on k.entity = p.entity and k.field = p.field;

-- The entity a conflict is about, as callers know it.
create function conflict_subject(conflict uuid) returns text
    language sql stable parallel safe
    set search_path from current
    as $$ select entity_type_id(c.entity_type, c.entity_id) from conflict c where c.id = $1 $$;

-- One row for each field that changed.
create view change_entry as
select md5(c.seq::text || '/' || f.field)::uuid as id,
       c.entity as entity_type, c.entity_id, entity_type_id(c.entity, c.entity_id) as subject,
       c.changed_at, c.kind, f.field,
       case when k.link_prefix is null then f.old_value else type_id(k.link_prefix, f.old_value::uuid) end
           as old_value,
       case when k.link_prefix is null then f.new_value else type_id(k.link_prefix, f.new_value::uuid) end
           as new_value,
       case when k.link_prefix is null then public_value(k.mask, f.old_value)
            else type_id(k.link_prefix, f.old_value::uuid) end as public_old_value,
       case when k.link_prefix is null then public_value(k.mask, f.new_value)
            else type_id(k.link_prefix, f.new_value::uuid) end as public_new_value,
       c.import_id, c.cause, c.changed_by
from entity_change c
cross join lateral (
    select n.field, c.old_values ->> n.field, c.new_values ->> n.field
    from (select jsonb_object_keys(c.old_values) union select jsonb_object_keys(c.new_values)) as n (field)
    where c.old_values ->> n.field is distinct from c.new_values ->> n.field
) as f (field, old_value, new_value)
left join field_mask k on k.entity = c.entity and k.field = f.field;
create index entity_change_changed_at on entity_change (changed_at);
