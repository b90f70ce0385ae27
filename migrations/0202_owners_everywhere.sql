-- Whom a maker's own row keeps back is not read in any text about it: what it showed at fairs, what was agreed with it, what
-- inspectors noted, what offices say beside each other. And every free text has a public form, also those that were thought to
-- hold no person: the crop, the packing, the season, the standing of a certificate, numbers of decisions.

-- In plpgsql, which keeps its plans: the journals ask once a value.
create or replace function owners_of_producer(producer uuid) returns text[]
language plpgsql stable parallel safe
set search_path from current
as $$
declare
    maker record;
begin
    if $1 is null then
        return '{}';
    end if;
    select p.name, p.public_name, p.representative into maker from producer p where p.id = $1;
    return case when maker.representative is null then '{}'::text[] else array[maker.representative] end
        || case when maker.name is null or maker.name = maker.public_name then '{}' else kept_back(maker.name, maker.public_name) end;
end
$$;

-- Persons behind whatever is linked to a maker: one look at a time, the commonest first.
create or replace function owners_of(entity_id uuid) returns text[]
language plpgsql stable parallel safe
set search_path from current
as $$
declare
    maker uuid;
begin
    select p.id into maker from producer p where p.id = $1;
    if found then return owners_of_producer(maker); end if;
    select p.producer_id into maker from product p where p.id = $1;
    if found then return owners_of_producer(maker); end if;
    select f.producer_id into maker from fair_participation f where f.id = $1;
    if found then return owners_of_producer(maker); end if;
    select p.producer_id into maker from recognition r join product p on p.id = r.product_id where r.id = $1;
    if found then return owners_of_producer(maker); end if;
    select a.producer_id into maker from agreement a where a.id = $1;
    if found then return owners_of_producer(maker); end if;
    select d.producer_id into maker from dossier d where d.id = $1;
    if found then return owners_of_producer(maker); end if;
    select o.producer_id into maker from supply_offer o where o.id = $1;
    if found then return owners_of_producer(maker); end if;
    select i.producer_id into maker from inspection i where i.id = $1;
    if found then return owners_of_producer(maker); end if;
    select q.holder_id into maker from quality_certificate q where q.id = $1;
    if found then return owners_of_producer(maker); end if;
    select g.holder_id into maker from growing_area g where g.id = $1;
    if found then return owners_of_producer(maker); end if;
    select s.operator_id into maker from sales_point s where s.id = $1;
    if found then return owners_of_producer(maker); end if;
    select p.producer_id into maker from craft_village_product c left join product p on p.id = c.product_id where c.id = $1;
    if found then return owners_of_producer(maker); end if;
    select b.producer_id into maker from business_result b where b.id = $1;
    if found then return owners_of_producer(maker); end if;
    select s.producer_id into maker from support s where s.id = $1;
    if found then return owners_of_producer(maker); end if;
    select o.producer_id into maker from organisation_change o where o.id = $1;
    if found then return owners_of_producer(maker); end if;
    select c.producer_id into maker from channel c where c.id = $1;
    if found then return owners_of_producer(maker); end if;
    select e.producer_id into maker from export_market e where e.id = $1;
    if found then return owners_of_producer(maker); end if;
    return '{}';
end
$$;
comment on function owners_of(uuid) is
    'Persons behind a maker, or behind the maker of what is linked to one, whose names the public does not read in it.';

-- The public forms of a table's texts: kept by a trigger, for a generated column may not look at another table. `maker` is the
-- maker as SQL over the row "new", `linked` the columns that lead to it, `texts` the columns; those without a form get one.
create function keep_public_texts(tab text, maker text, linked text[], texts text[]) returns void
language plpgsql
as $$
declare
    col text;
    was text;
    body text := '';
begin
    foreach col in array texts loop
        select generation_expression into was from information_schema.columns
        where table_schema = current_schema and table_name = tab and column_name = 'public_' || col;
        if not found then
            execute format('alter table %I add column %I text', tab, 'public_' || col);
        elsif was is not null then
            execute format('alter table %I alter column %I drop expression', tab, 'public_' || col);
        end if;
        select format(case when is_nullable = 'YES' then 'new.%1$I := nullif(mask_persons(new.%2$I, owners, true), %3$L); '
                else 'new.%1$I := mask_persons(new.%2$I, owners, true); ' end, 'public_' || col, col, '') into was
        from information_schema.columns where table_schema = current_schema and table_name = tab and column_name = col;
        body := body || was;
    end loop;
    execute format('create or replace function %I() returns trigger language plpgsql set search_path from current as %L', tab || '_public_texts',
        format('declare owners text[] := owners_of_producer(%s); begin %s return new; end', maker, body));
    execute format('create or replace trigger %I before insert or update of %s on %I for each row execute function %I()',
        tab || '_public_texts',
        (select string_agg(quote_ident(c), ', ') from unnest(linked || texts || array(select 'public_' || t from unnest(texts) as t)) as c),
        tab, tab || '_public_texts');
end
$$;

select keep_public_texts(tab, maker, linked, texts) from (values
    ('fair_participation', 'new.producer_id', '{producer_id}'::text[], '{products_text,new_partners,note}'::text[]),
    ('agreement', 'new.producer_id', '{producer_id}', '{number,party,scope}'),
    ('craft_village_product', '(select p.producer_id from product p where p.id = new.product_id)', '{product_id}',
        '{stated_name,stated_maker}'),
    ('recognition', '(select p.producer_id from product p where p.id = new.product_id)', '{product_id}',
        '{decision_number,revocation_note}'),
    ('dossier', 'new.producer_id', '{producer_id}', '{stated_state,result,note}'),
    ('supply_offer', 'new.producer_id', '{producer_id}',
        '{capacity_unit,capacity_text,season_text,minimum_order_unit,price_unit,shelf_life_text,note}'),
    ('inspection', 'new.producer_id', '{producer_id}',
        '{subject,goods,inspector,violation,sanction,decision_number,note}'),
    ('quality_certificate', 'new.holder_id', '{holder_id}', '{stated_standard,number,scope,issuer,standing}'),
    ('growing_area', 'new.holder_id', '{holder_id}', '{code,name,crop,stated_standard,markets,note}'),
    ('sales_point', 'new.operator_id', '{operator_id}', '{name,stated_kind,operator_name,address,tourist_site,note}'),
    ('store', 'null::uuid', '{}', '{name,address}'),
    ('business_result', 'new.producer_id', '{producer_id}', '{note}'),
    ('support', 'new.producer_id', '{producer_id}', '{recipient,content,note}'),
    ('organisation_change', 'new.producer_id', '{producer_id}', '{former_name,note}'),
    ('channel', 'new.producer_id', '{producer_id}', '{label,name,note}'),
    ('export_market', 'new.producer_id', '{producer_id}', '{stated_name,note}'),
    ('product', 'new.producer_id', '{producer_id}', '{name,code,packing}'),
    ('import', 'null::uuid', '{}', '{file_name}')) as t (tab, maker, linked, texts);
drop trigger product_public_name on product;
drop function product_public_name();

-- What a producer says of itself.
alter table producer
    add column public_activity text generated always as
        (nullif(mask_persons(activity, array_remove(array[representative], null), true), '')) stored,
    add column public_hamlet text generated always as
        (nullif(mask_persons(hamlet, array_remove(array[representative], null), true), '')) stored;

-- Codes are verified as the public reads them.
drop index quality_certificate_verify, growing_area_verify, recognition_verify, agreement_verify, product_verify;
create index quality_certificate_verify on quality_certificate (verify_slip(public_number) collate "C");
create index growing_area_verify on growing_area (verify_slip(public_code) collate "C");
create index recognition_verify on recognition (verify_slip(public_decision_number) collate "C");
create index agreement_verify on agreement (verify_slip(public_number) collate "C");
create index product_verify on product (verify_slip(public_code) collate "C");
-- And lists stay in the order of what is shown.
create index growing_area_public_code on growing_area (public_code, id);
create index growing_area_holder_public on growing_area (holder_id, public_code, id);
create index growing_area_commune_now_public on growing_area (commune_now_id, public_code, id);
create index product_public_code on product (public_code, id);
drop index growing_area_holder, growing_area_commune_now;

-- When a maker's owners change, so do the texts about it, and what offices say beside each other of it and of its products.
create or replace function producer_owners_changed() returns trigger
language plpgsql
set search_path from current
as $$
begin
    update product t set public_name = null where t.producer_id = new.id;
    update fair_participation t set public_note = null where t.producer_id = new.id;
    update agreement t set public_scope = null where t.producer_id = new.id;
    update craft_village_product t set public_stated_name = null
    where t.product_id in (select p.id from product p where p.producer_id = new.id);
    update recognition t set public_revocation_note = null
    where t.revocation_note is not null and t.product_id in (select p.id from product p where p.producer_id = new.id);
    update dossier t set public_note = null where t.producer_id = new.id;
    update supply_offer t set public_note = null where t.producer_id = new.id;
    update inspection t set public_note = null where t.producer_id = new.id;
    update quality_certificate t set public_scope = null where t.holder_id = new.id;
    update growing_area t set public_note = null where t.holder_id = new.id;
    update sales_point t set public_note = null where t.operator_id = new.id;
    update business_result t set public_note = null where t.producer_id = new.id;
    update support t set public_note = null where t.producer_id = new.id;
    update organisation_change t set public_note = null where t.producer_id = new.id;
    update channel t set public_note = null where t.producer_id = new.id;
    update export_market t set public_note = null where t.producer_id = new.id;
    update conflict c
    set public_value = public_value(m.mask, c.value, c.entity_id),
        public_standing_value = public_value(m.mask, c.standing_value, c.entity_id)
    from field_mask m
    where m.entity = c.entity_type and m.field = c.field and m.mask in ('name', 'text')
      and (c.entity_id = new.id or c.entity_id in (select p.id from product p where p.producer_id = new.id));
    return null;
end
$$;
create function product_owners_changed() returns trigger
language plpgsql
set search_path from current
as $$
begin
    update craft_village_product t set public_stated_name = null where t.product_id = new.id;
    update recognition t set public_revocation_note = null where t.product_id = new.id and t.revocation_note is not null;
    return null;
end
$$;
create trigger product_owners_changed after update of producer_id on product
    for each row when (old.producer_id is distinct from new.producer_id) execute function product_owners_changed();

create or replace function public_value(mask text, value text) returns text
    language sql immutable parallel safe
    set search_path from current
    as $$
    select case coalesce(mask, 'hidden')
        when 'open' then value
        when 'name' then mask_persons(value, '{}', true)
        when 'text' then mask_persons(value, '{}', true)
        when 'code' then case when length(regexp_replace(value, '\D', '', 'g')) <> 12 then value end
    end
$$;
create or replace function public_value(mask text, value text, entity_id uuid) returns text
    language sql stable parallel safe
    set search_path from current
    as $$
    select case when coalesce(mask, 'hidden') not in ('text', 'name') then public_value(mask, value)
        -- one word names nobody whom a maker keeps back
        when value ~ '\S\s+\S' then mask_persons(value, owners_of(entity_id), true)
        else mask_persons(value, '{}', true) end
$$;

create or replace view pin_entry as
select p.id, p.entity as entity_type, entity_type_id(p.entity, p.entity_id) as subject, p.field,
       case when k.link_prefix is null then p.value #>> '{}'
            else type_id(k.link_prefix, (p.value #>> '{}')::uuid) end as value,
       case when k.link_prefix is null then public_value(k.mask, p.value #>> '{}', p.entity_id)
            else type_id(k.link_prefix, (p.value #>> '{}')::uuid) end as public_value,
       p.reason, p.pinned_by, p.pinned_at, p.retracted_by, p.retracted_at, p.retract_reason
from pin p
left join field_mask k on k.entity = p.entity and k.field = p.field;

-- Names of files hold phones, too.
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
       i.public_file_name as file,
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
