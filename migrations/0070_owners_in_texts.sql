-- Owners' names within names of products and within free texts: what follows "hộ", "cơ sở", "ông", "bà" and is a
-- person's, and what the maker's own row keeps from the public.

-- How many words from `at` on announce a person: hộ kinh doanh, cơ sở, ông, chị, nghệ nhân …
-- `plain`: the text is written without diacritics; else mật ong is no ông, and Ba Chẽ no bà.
create function person_cue(bare text[], at integer, plain boolean) returns integer
language sql immutable strict parallel safe as $$
    select case
        when not plain and (bare[at] in ('ong', 'ba', 'chi', 'chu', 'bac', 'bau', 'nha')
            or bare[at] = 'ho' and coalesce(bare[at + 1], '') not in ('kinh', 'kd')
            or bare[at] = 'co' and coalesce(bare[at + 1], '') <> 'so') then 0
        when fold_vietnamese(bare[at]) not in ('ho', 'hkd', 'h.k.d', 'co', 'cs', 'cssx', 'trang', 'nha', 'ong', 'ba', 'anh',
            'chi', 'chu', 'bac', 'bau', 'nghe', 'nong', 'dai', 'lien', 'hoi', 'xa', 'thanh') then 0
        when household_words(bare[at:]) > 0 then household_words(bare[at:])
        when bare[at] in ('anh', 'chị', 'chi', 'cô', 'chú', 'bác', 'chủ', 'bầu') then 1
        when bare[at] || ' ' || coalesce(bare[at + 1], '')
            in ('nghệ nhân', 'nông dân', 'đại diện', 'liên hệ', 'hội viên', 'xã viên', 'thành viên', 'chủ nhân',
                'nghe nhan', 'nong dan', 'dai dien', 'xa vien', 'thanh vien') then 2
        else 0
    end
$$;

-- The words of a name that its public form keeps back, each with the word behind them: the person.
create function kept_back(name text, public_name text) returns text[]
language sql immutable strict parallel safe as $$
    with word as (
        select o.at, o.word, o.word is distinct from p.word as hidden
        from regexp_split_to_table(btrim(regexp_replace(name, '\s*[0-9](?:[ .-]?[0-9]){8,}', '', 'g')), '\s+')
                 with ordinality as o (word, at)
        left join regexp_split_to_table(btrim(public_name), '\s+') with ordinality as p (word, at) on p.at = o.at
    ), run as (
        select w.at, w.word, w.at - row_number() over (order by w.at) as run
        from word w
        where w.hidden or exists (select from word b where b.at = w.at - 1 and b.hidden)
    )
    select coalesce(array_agg(person), '{}')
    from (select string_agg(word, ' ' order by at) as person from run group by run) as persons
$$;

-- How many words from `at` on are one of the owners' names, of two words and more.
create function owner_length(bare text[], at integer, owners text[]) returns integer
language sql immutable strict parallel safe as $$
    select coalesce(max(cardinality(o.words)), 0)
    from (
        select array(
            select lower_vietnamese(btrim(w, '()[]{},;:."“”''-–/'))
            from regexp_split_to_table(btrim(normalize(owner, NFC)), '\s+') with ordinality as t (w, i)
            order by i
        ) as words
        from unnest(owners) as owner
    ) as o
    where cardinality(o.words) > 1
      and (bare[at : at + cardinality(o.words) - 1] = o.words
           or array_to_string(bare[at : at + cardinality(o.words) - 1], ' ')
              = fold_vietnamese(array_to_string(o.words, ' ')))
$$;

-- Shortens persons' full names within a text: those announced by a word for one, those of `owners`, and, if `bare_too`,
-- also those that can be little else (Nguyễn Thị Lan), save where they name a street, a school or a company.
create function shorten_persons(txt text, owners text[], bare_too boolean) returns text
language plpgsql immutable strict parallel safe
set search_path from current
as $$
declare
    folded text := fold_vietnamese(txt);
    words text[];
    bare text[];
    letters boolean[];
    named boolean[];
    ends boolean[];
    plain boolean;
    capitals boolean;
    shouted boolean;
    at integer := 1;
    cue integer;
    length integer;
    opening boolean := false;
    person boolean;
    free boolean;
    found boolean := false;
begin
    -- most texts name nobody: leave early
    if owners = '{}' and not (bare_too and (folded ~ '\m(thi|van)\M' or lower_vietnamese(txt) ~
        '\m(nguyễn|trần|phạm|huỳnh|lê|đặng|phan|võ|trương|trịnh|bùi|đinh)\M')) and folded !~
        '\m(ho|hkd|h\.k\.d|co|cs|cssx|trang|nha|ong|ba|anh|chi|chu|bac|bau|nghe|nong|dai|lien|hoi|xa|thanh)\M' then
        return txt;
    end if;
    plain := txt ~ '^[ -~\s]*$';
    capitals := txt <> lower_vietnamese(txt);
    shouted := capitals and translate(txt, 'abcdefghijklmnopqrstuvwxyz', '') = txt;
    words := regexp_split_to_array(btrim(normalize(txt, NFC), E' \t\r\n\u00a0'), E'[ \t\r\n\u00a0]+');
    bare := array(select lower_vietnamese(btrim(w, '()[]{},;:."“”''-–/')) from unnest(words) with ordinality as t (w, i)
                  order by i);
    letters := array(select fold_vietnamese(b) ~ '^[a-z]+$' from unnest(bare) with ordinality as t (b, i) order by i);
    named := array(
        select l and (not capitals or left(btrim(w, '()[]{},;:."“”''-–/'), 1) <> left(b, 1))
        from unnest(words, bare, letters) with ordinality as t (w, b, l, i) order by i);
    ends := array(select w ~ '[]),;:"”/–-]$' from unnest(words) with ordinality as t (w, i) order by i);

    while at <= cardinality(words) loop
        person := false;
        loop
            cue := person_cue(bare, at, plain);
            exit when cue = 0 or at + cue > cardinality(words);
            -- the bare word for a household or a person, before a name of three or four words
            person := bare[at + cue - 1] in ('hộ', 'ông', 'bà', 'chị', 'anh', 'ho', 'ong', 'ba', 'chi');
            at := at + cue;
            opening := true;
        end loop;
        length := case when owners = '{}' then 0 else owner_length(bare, at, owners) end;
        -- names that nothing announces: with Thị or Văn, or of a surely family name and a usual middle one
        free := bare_too and (bare[at + 1] in ('thị', 'văn', 'thi', 'van')
            or bare[at] in ('nguyễn', 'trần', 'phạm', 'huỳnh', 'lê', 'đặng', 'phan', 'võ', 'trương', 'trịnh', 'bùi', 'đinh')
                and named[at + 2] and coalesce(middle_name_rank(bare[at + 1]), '') = 'USUAL');
        if length = 0 and at < cardinality(words) and (opening or free) then
            length := person_length(bare, named, ends, at, opening, plain);
            if length = 0 and opening and coalesce(middle_name_rank(bare[at + 1]), '') in ('THI', 'VAN') then
                length := person_length(bare, letters, ends, at, opening, plain);
            end if;
            -- Thi and Van without marks are of a name only behind a family's
            if not plain and bare[at + 1] in ('thi', 'van') and family_name_rank(bare[at], plain) is null then
                length := 0;
            end if;
            -- and not those of places and bodies
            free := free and family_name_rank(bare[at], plain) is not null
                and (at = 1 or ends[at - 1] or fold_vietnamese(bare[at - 1]) !~
                    '^([0-9].*|duong|pho|ngo|hem|kiet|cho|truong|thpt|thcs|khu|cau|cty|tnhh|mtv|cp|dntn|htx|tht|tac|xa|nghiep|'
                    'vien|hung|si|den|lang|tho|truong|benh)$');
            if not opening and not free then
                length := 0;
            end if;
            if length = 0 and opening and person and not shouted and family_name_rank(bare[at], plain) is not null then
                while at + length <= cardinality(words) and named[at + length] loop
                    length := length + 1;
                    exit when ends[at + length - 1];
                end loop;
                length := case when length in (3, 4) then length else 0 end;
            end if;
        end if;
        if length > 1 then
            found := true;
            for k in at .. at + length - 2 loop
                words[k] := regexp_replace(words[k], '^([]()[{},;:."“”''–/-]*)(.).*$', '\1\2.');
            end loop;
            at := at + length;
            -- others may follow: hộ Nguyễn Văn An, Trần Thị Bình và Lê Hoa
            opening := ends[at - 1];
            if at <= cardinality(words) and bare[at] in ('và', 'va', '&', ',', '') then
                opening := true;
                at := at + 1;
            end if;
        else
            -- what a household makes may stand between: cơ sở bánh tráng Nguyễn Thị Hoa
            opening := opening and capitals and not shouted and not named[at] and not ends[at]
                and fold_vietnamese(bare[at]) ~ '^[a-z]*$';
            at := at + 1;
        end if;
    end loop;
    return case when found then array_to_string(words, ' ') else txt end;
end
$$;
comment on function shorten_persons(text, text[], boolean) is
    'Shortens persons'' full names within a text: Mắm cô Ba – hộ Vũ Thị Thảo → Mắm cô Ba – hộ V. T. Thảo. Any other text comes back unchanged.';

-- What the public may read of a text: no phone or personal code, no person's full name.
create function mask_persons(txt text, owners text[], bare_too boolean) returns text
language sql immutable strict parallel safe
set search_path from current
as $$
    select shorten_persons(
        case when txt ~ '[0-9]{3}' then regexp_replace(
            txt, '\s*(?<![0-9.,])(?:(?:0|\+?84[ .-]?(?=[1-9]))(?:[ .-]?[0-9]){8,10}|0[0-9]{11})(?![0-9.,]*[0-9])', '', 'g')
        else txt end,
        owners, bare_too)
$$;
create function mask_persons(txt text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$ select mask_persons(txt, '{}', false) $$;
comment on function mask_persons(text) is 'Phones and personal codes left out, full names of persons shortened.';

-- A producer's name also keeps back its representative, whatever the name looks like.
alter table producer drop column public_name;
alter table producer add column public_name text generated always as (
    shorten_persons(mask_owner_name(name), case when kind in ('COOPERATIVE', 'COOPERATIVE_UNION', 'COOPERATIVE_GROUP', 'COMPANY')
        or representative is null then '{}' else array[representative] end, false)
) stored;

-- Names of things, which a maker's name may stand in; lists are in the order of what is shown.
alter table product add column public_name text;
alter table craft_village_product add column public_stated_name text generated always as
    (mask_persons(stated_name, '{}', true)) stored;
alter table sales_point add column public_name text generated always as (mask_persons(name)) stored;
alter table store add column public_name text generated always as (mask_persons(name)) stored;
alter table growing_area
    add column public_name text generated always as (mask_persons(name)) stored,
    add column public_note text generated always as (mask_persons(note)) stored;
drop index product_producer, craft_village_product_village, sales_point_operator, sales_point_commune_now, store_partner;
create index product_producer on product (producer_id, public_name, id);
-- By names as the public sees them; those of producers went with their column.
drop index product_name_order, product_name_words;
drop index if exists product_name_parts;
create index product_name_order on product (public_name collate vietnamese, id);
create index producer_name_order on producer (public_name collate vietnamese, id);
create index product_name_words on product using gin (folded_words(public_name));
create index producer_name_words on producer using gin (folded_words(public_name));
do $$
begin
    create index product_name_parts on product using gin (fold_vietnamese(public_name) gin_trgm_ops);
    create index producer_name_parts on producer using gin (fold_vietnamese(public_name) gin_trgm_ops);
exception when others then
    raise warning 'no index on parts of names (%)', sqlerrm;
end
$$;
create index craft_village_product_village on craft_village_product (village_id, public_stated_name, id);
create index sales_point_operator on sales_point (operator_id, public_name, id);
create index sales_point_commune_now on sales_point (commune_now_id, public_name, id);
create index store_partner on store (partner_id, public_name, id);

-- Free texts.
alter table recognition add column public_revocation_note text generated always as (mask_persons(revocation_note)) stored;
alter table value_chain add column public_note text generated always as (mask_persons(note)) stored;
alter table quality_certificate add column public_scope text generated always as (mask_persons(scope)) stored;
alter table craft_village add column public_note text generated always as (mask_persons(note)) stored;
alter table sales_point add column public_note text generated always as (mask_persons(note)) stored;
alter table programme_target add column public_note text generated always as (mask_persons(note)) stored;
alter table dossier
    add column public_result text generated always as (mask_persons(result)) stored,
    add column public_note text generated always as (mask_persons(note)) stored;
alter table fair add column public_note text generated always as (mask_persons(note)) stored;
alter table fair_participation
    add column public_products_text text generated always as (mask_persons(products_text, '{}', true)) stored,
    add column public_new_partners text generated always as (mask_persons(new_partners)) stored,
    add column public_note text generated always as (mask_persons(note)) stored;
alter table agreement add column public_scope text generated always as (mask_persons(scope)) stored;
alter table supply_offer add column public_note text generated always as (mask_persons(note)) stored;
alter table business_result add column public_note text generated always as (mask_persons(note)) stored;

-- Whom the public may not read of in what a maker makes: its representative, and whom its own name keeps back.
create function owners_of_producer(producer uuid) returns text[]
language sql stable parallel safe
set search_path from current
as $$
    select coalesce((
        select array_remove(array[p.representative], null)
            || case when p.name = p.public_name then '{}' else kept_back(p.name, p.public_name) end
        from producer p where p.id = $1
    ), '{}')
$$;
create function owners_of(entity_id uuid) returns text[]
language sql stable parallel safe
set search_path from current
as $$ select owners_of_producer(coalesce((select p.producer_id from product p where p.id = $1), $1)) $$;
comment on function owners_of(uuid) is
    'Persons behind a product or a producer, whose names the public does not read in it.';

-- No generated column may look at another table, and a trigger keeps the rule in one place, however rows are
-- written: the public name of a product is a function of its row and its maker's.
create function product_public_name() returns trigger
language plpgsql
set search_path from current
as $$
begin
    new.public_name := mask_persons(new.name, owners_of_producer(new.producer_id), true);
    return new;
end
$$;
create trigger product_public_name before insert or update of name, producer_id, public_name on product
    for each row execute function product_public_name();

create function producer_owners_changed() returns trigger
language plpgsql
set search_path from current
as $$
begin
    update product t set public_name = null where t.producer_id = new.id;
    return null;
end
$$;
create trigger producer_owners_changed after update of name, representative, kind on producer
    for each row when ((old.name, old.representative, old.kind) is distinct from (new.name, new.representative, new.kind))
    execute function producer_owners_changed();
update product set public_name = null;

-- The journals show such texts in the same way.
alter table field_mask drop constraint field_mask_mask_check;
alter table field_mask add constraint field_mask_known check (mask in ('open', 'hidden', 'name', 'code', 'text'));

create or replace function public_value(mask text, value text) returns text
    language sql immutable parallel safe
    set search_path from current
    as $$
    select case coalesce(mask, 'hidden')
        when 'open' then value
        when 'name' then mask_owner_name(value)
        when 'text' then mask_persons(value, '{}', true)
        when 'code' then case when length(regexp_replace(value, '\D', '', 'g')) <> 12 then value end
    end
$$;
-- A value of an entity, which may be a product: there its maker counts.
create function public_value(mask text, value text, entity_id uuid) returns text
    language sql stable parallel safe
    set search_path from current
    as $$
    select case when mask in ('text', 'name') then shorten_persons(public_value(mask, value), owners_of(entity_id), false)
        else public_value(mask, value) end
$$;

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

create or replace view change_entry as
select md5(c.seq::text || '/' || f.field)::uuid as id,
       c.entity as entity_type, c.entity_id, entity_type_id(c.entity, c.entity_id) as subject,
       c.changed_at, c.kind, f.field,
       case when k.link_prefix is null then f.old_value else type_id(k.link_prefix, f.old_value::uuid) end
           as old_value,
       case when k.link_prefix is null then f.new_value else type_id(k.link_prefix, f.new_value::uuid) end
           as new_value,
       case when k.link_prefix is null then public_value(k.mask, f.old_value, c.entity_id)
            else type_id(k.link_prefix, f.old_value::uuid) end as public_old_value,
       case when k.link_prefix is null then public_value(k.mask, f.new_value, c.entity_id)
            else type_id(k.link_prefix, f.new_value::uuid) end as public_new_value,
       c.import_id, c.cause, c.changed_by
from entity_change c
cross join lateral (
    select n.field, c.old_values ->> n.field, c.new_values ->> n.field
    from (select jsonb_object_keys(c.old_values) union select jsonb_object_keys(c.new_values)) as n (field)
    where c.old_values ->> n.field is distinct from c.new_values ->> n.field
) as f (field, old_value, new_value)
left join field_mask k on k.entity = c.entity and k.field = f.field;
