-- Words by which things are found. Documents are computed from entity tables by merge, in the transaction that
-- writes those; the schema files say of which types (`@searchable`).

-- What is written short: `short` and `long` are found by each other.
create table abbreviation (
    short text primary key,
    long text not null
);
insert into abbreviation (short, long) values
    ('htx', 'hop tac xa'), ('lhhtx', 'lien hiep hop tac xa'), ('tht', 'to hop tac'), ('ctcp', 'cong ty co phan'),
    ('cty', 'cong ty'), ('tnhh', 'trach nhiem huu han'), ('mtv', 'mot thanh vien'), ('cp', 'co phan'),
    ('dntn', 'doanh nghiep tu nhan'), ('dn', 'doanh nghiep'), ('hkd', 'ho kinh doanh'), ('cssx', 'co so san xuat'),
    ('sx', 'san xuat'), ('tm', 'thuong mai'), ('dv', 'dich vu'), ('nn', 'nong nghiep'), ('xnk', 'xuat nhap khau'),
    ('dvnn', 'dich vu nong nghiep'), ('sxtm', 'san xuat thuong mai'), ('tmdv', 'thuong mai dich vu'),
    ('tp', 'thanh pho'), ('tx', 'thi xa'), ('tt', 'thi tran'), ('q', 'quan'), ('p', 'phuong'), ('h', 'huyen'),
    ('hcm', 'ho chi minh'), ('hn', 'ha noi'), ('brvt', 'ba ria vung tau'), ('tth', 'thua thien hue');
comment on table abbreviation is 'Folded words that are written short.';

create function search_fold(txt text) returns text
language sql immutable strict parallel safe set search_path from current as $$
    select btrim(regexp_replace(fold_vietnamese(txt), '[^a-z0-9]+', ' ', 'g'))
$$;
comment on function search_fold(text) is 'Words without diacritics, one space between two.';

-- The words of a text with those that say the same shorter or longer.
create function search_words(txt text) returns text
language plpgsql stable strict parallel safe as $$
declare
    folded text := ' ' || search_fold(txt) || ' ';
    more text;
begin
    select string_agg(case when folded like '% ' || a.short || ' %' then a.long else a.short end, ' ')
    into more
    from abbreviation a
    where folded like '% ' || a.short || ' %' or folded like '% ' || a.long || ' %';
    return btrim(folded || coalesce(more, ''));
end
$$;

-- Words of the names a place goes by: of the unit, of those above it, of what stood there before, and of those above
-- that. Made by `fill_search_places` when reference data or rules change.
create table search_place (
    unit_id uuid primary key,
    words tsvector not null,
    province_id uuid                       -- the province of today; of a divided unit that of the default
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

create function fill_search_places() returns void
language sql set search_path from current as $$
    delete from search_place;
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
    ), names as materialized (
        select name, search_words(name) as words from (select distinct name from admin_unit) as n
    )
    insert into search_place (unit_id, words, province_id)
    select a.unit, to_tsvector('simple', string_agg(n.words, ' ' order by n.name)), province_today(a.unit)
    from (select distinct a.unit, u.name from above a join admin_unit u on u.id = a.id) as a
    join names n on n.name = a.name
    group by a.unit;
$$;

create table search_document (
    id uuid primary key,                   -- of the entity
    entity text not null,
    title text not null,                   -- as the public sees it
    folded text collate "C" not null,      -- the title without diacritics
    words tsvector not null,               -- A the title, B what else it goes by, C whose it is, D where it is
    unit_id uuid,                          -- where it is today
    group_id uuid                          -- what it is classified in
);
create index search_document_words on search_document using gin (words);
create index search_document_folded on search_document (folded, id);
create index search_document_entity on search_document (entity);

-- Words that stand in titles, and what remains of each with a letter left out: two words one slip apart share one
-- of these.
create table search_slip (
    slip text collate "C" not null,
    word text collate "C" not null,
    primary key (slip, word)
);

create function slips(word text) returns setof text
language sql immutable strict parallel safe as $$
    select word
    union
    select substr(word, 1, i - 1) || substr(word, i + 1) from generate_series(1, length(word)) as i where length(word) > 2
$$;
comment on function slips(text) is 'The word, and the word with one letter left out.';

-- By which rules the documents were made; others, and they are made anew.
create table search_state (
    one boolean primary key default true constraint search_state_one check (one),
    rules text not null
);
