-- Words by which things are found. Documents are computed by merge, in the transaction that writes the entities; the
-- schema files say of which types (`@searchable`). All words are small letters without diacritics.

create table search_document (
    id uuid primary key,                   -- of the entity
    entity text not null,
    title text not null,                   -- as the public sees it
    lowered text not null,                 -- the title in small letters
    folded text collate "C" not null,      -- its words without diacritics
    words tsvector not null,               -- A the title, B what else it goes by, C whose it is, D where it is
    unit_id uuid,                          -- where it is
    group_id uuid                          -- what it is classified in
);
create index search_document_words on search_document using gin (words);
create index search_document_folded on search_document (folded, id);
create index search_document_entity on search_document (entity);

-- Names a place goes by: of the unit, of those above it, of what stood there before, and of those above that.
create table search_place (
    unit_id uuid primary key,
    words tsvector not null,
    province_id uuid                       -- the province of today; of a divided unit that of the default
);

-- Words that stand in titles, and what remains of each with a letter left out: two words one slip apart share one
-- of these.
create table search_slip (
    slip text collate "C" not null,
    word text collate "C" not null,
    primary key (slip, word)
);

-- By which rules the documents were made; others, and they are made anew.
create table search_state (
    one boolean primary key default true constraint search_state_one check (one),
    rules text not null
);

-- What holds a unit's territory today; of a divided unit the default.
create function unit_today(unit uuid) returns uuid
language plpgsql stable strict parallel safe as $$
declare
    at uuid := unit;
    next uuid;
begin
    loop
        select s.to_id into next from admin_unit_succession s where s.from_id = at and s.is_default;
        exit when next is null;
        at := next;
    end loop;
    return at;
end
$$;
comment on function unit_today(uuid) is 'The unit that holds the territory today.';

create function province_today(unit uuid) returns uuid
language sql stable strict parallel safe set search_path from current as $$
    select unit_today(case when u.level = 'PROVINCE' then u.id else u.province_id end)
    from admin_unit u
    where u.id = unit_today(unit)
$$;
comment on function province_today(uuid) is 'The province that holds a unit''s territory today.';

-- Names that places go by, for each unit.
create view place_names as
with recursive held(unit, id, depth) as (
    select id, id, 0 from admin_unit
    union
    select h.unit, s.from_id, h.depth + 1
    from held h join admin_unit_succession s on s.to_id = h.id
    where h.depth < 3
), above(unit, id, depth) as (
    select unit, id, 0 from held
    union
    select a.unit, u.parent_id, a.depth + 1
    from above a join admin_unit u on u.id = a.id
    where u.parent_id is not null and a.depth < 3
)
select a.unit as unit_id, array_agg(distinct u.name order by u.name) as names
from above a join admin_unit u on u.id = a.id
group by a.unit;
