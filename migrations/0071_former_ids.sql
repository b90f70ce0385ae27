-- What stood under ids that were merged away belongs to the history of the entity they lead to.

-- Ids under which something once stood, and that lead to another entity now. Computed; follows `node` and `address`.
create table former_id (
    id uuid primary key,
    entity_id uuid not null
);
create index former_id_entity on former_id (entity_id);
create index entity_change_deleted on entity_change (entity_id) where kind = 'DELETED';

insert into former_id (id, entity_id)
select a.id, n.entity_id
from (select distinct c.entity_id as id from entity_change c where c.kind = 'DELETED') as gone
join address a on a.id = gone.id
join node n on n.id = a.node_id
where n.entity_id <> a.id and not exists (select from node s where s.entity_id = a.id);

-- `subject` is the id of then, `entity_id` that of the entity whose history it is.
create or replace view change_entry as
select md5(c.seq::text || '/' || f.field)::uuid as id,
       c.entity as entity_type, c.held_by as entity_id, entity_type_id(c.entity, c.entity_id) as subject,
       c.changed_at, c.kind, f.field,
       case when k.link_prefix is null then f.old_value else type_id(k.link_prefix, f.old_value::uuid) end
           as old_value,
       case when k.link_prefix is null then f.new_value else type_id(k.link_prefix, f.new_value::uuid) end
           as new_value,
       case when k.link_prefix is null then public_value(k.mask, f.old_value, c.held_by)
            else type_id(k.link_prefix, f.old_value::uuid) end as public_old_value,
       case when k.link_prefix is null then public_value(k.mask, f.new_value, c.held_by)
            else type_id(k.link_prefix, f.new_value::uuid) end as public_new_value,
       c.import_id, c.cause, c.changed_by
from (
    select c.seq, c.entity, c.entity_id, c.entity_id as held_by, c.changed_at, c.kind, c.old_values, c.new_values,
           c.import_id, c.cause, c.changed_by
    from entity_change c
    where not exists (select from former_id m where m.id = c.entity_id)
    union all
    select c.seq, c.entity, c.entity_id, m.entity_id, c.changed_at, c.kind, c.old_values, c.new_values,
           c.import_id, c.cause, c.changed_by
    from former_id m
    join entity_change c on c.entity_id = m.id
) as c
cross join lateral (
    select n.field, c.old_values ->> n.field, c.new_values ->> n.field
    from (select jsonb_object_keys(c.old_values) union select jsonb_object_keys(c.new_values)) as n (field)
    where c.old_values ->> n.field is distinct from c.new_values ->> n.field
) as f (field, old_value, new_value)
left join field_mask k on k.entity = c.entity and k.field = f.field;
