-- What is stored was made by the functions of before: public forms, what offices say beside each other, the sides of doubtful
-- pairs. Documents for searching are made anew at the next start.

-- The makers first: what they keep back is kept back in the texts about them.
update producer set name = name, activity = activity, hamlet = hamlet, representative = representative
where public_name is distinct from shorten_persons(mask_owner_name(name), case when kind in
    ('COOPERATIVE', 'COOPERATIVE_UNION', 'COOPERATIVE_GROUP', 'COMPANY') or representative is null then '{}'
    else array[representative] end, false);
do $$
declare
    kept record;
begin
    for kept in
        select t.tgrelid::regclass as tab, min(c.column_name::text) as col
        from pg_trigger t
        join information_schema.columns c
            on c.table_schema = current_schema and c.table_name = (t.tgrelid::regclass)::text and c.column_name like 'public\_%'
        where t.tgname like '%\_public\_texts' and not t.tgisinternal
        group by t.tgrelid
    loop
        execute format('update %s set %I = null', kept.tab, kept.col);
    end loop;
    -- generated ones of the other tables
    for kept in
        select c.table_name as tab, substr(c.column_name, 8) as col
        from information_schema.columns c
        where c.table_schema = current_schema and c.column_name like 'public\_%' and c.is_generated = 'ALWAYS'
          and c.generation_expression ~ '^mask_'
    loop
        execute format('update %1$I set %2$I = %2$I where mask_persons(%2$I) is distinct from %3$I', kept.tab, kept.col, 'public_' || kept.col);
    end loop;
end
$$;

-- also of fields that had no public form before
update conflict c
set public_value = mask_persons(c.value, owners_of(c.entity_id), true),
    public_standing_value = mask_persons(c.standing_value, owners_of(c.entity_id), true)
from field_mask m
where m.entity = c.entity_type and m.field = c.field and m.mask in ('name', 'text', 'open') and m.link_prefix is null;
update doubtful_match d
set public_left_name = public_value(m.mask, d.left_name), public_right_name = public_value(m.mask, d.right_name)
from field_mask m
where m.entity = d.entity_type and m.field = 'name';
delete from search_state;
