-- Rules of access go by columns of their own: the province whose office sent an import, the type that an origin speaks of.

alter table import add column province_code text not null generated always as (split_part(scope, '/', 3)) stored;

create or replace view origin as
select md5(m.record_id::text || '/' || w.field)::uuid as id,
       m.entity,
       m.entity_id,
       w.field,
       case when k.link_prefix is null then w.value else type_id(k.link_prefix, w.value::uuid) end as value,
       case when k.link_prefix is null then public_value(k.mask, w.value, m.entity_id)
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
       m.record_id,
       m.entity as entity_type
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
