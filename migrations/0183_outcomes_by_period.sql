-- What decisions did and what became of their certificates, by period: a year's decisions are counted by what they did,
-- and a cohort by what became of it, with no function called for each row. Functions of recognitions and dossiers alone:
-- triggers keep them, however rows are written.

create table recognition_kind_period (
    id uuid not null,                      -- of the recognition
    value text not null,
    valid_from date not null,
    valid_to date not null,
    constraint recognition_kind_period_pkey primary key (id, valid_from) include (valid_to, value),
    constraint recognition_kind_period_days check (valid_from < valid_to)
);
comment on table recognition_kind_period is 'What recognition_kind gives, for ever, since it goes by no day.';

create table recognition_outcome_period (
    id uuid not null,                      -- of the recognition
    value text not null,
    valid_from date not null,
    valid_to date not null,                -- the first day it holds no more; infinity while it does
    constraint recognition_outcome_period_pkey primary key (id, valid_from) include (valid_to, value),
    constraint recognition_outcome_period_days check (valid_from < valid_to)
);
comment on table recognition_outcome_period is
    'What recognition_outcome_on gives, in each period that has any; periods that follow each other differ.';

create function recognition_kinds_compute(products uuid[]) returns void
language sql
set search_path from current
as $$
    insert into recognition_kind_period (id, value, valid_from, valid_to)
    select r.id, k.kind, date '-infinity', date 'infinity'
    from recognition r
    cross join lateral (select recognition_kind(r.id) as kind offset 0) k
    where r.product_id = any(products) and k.kind is not null
$$;

-- What became of a certificate changes on no day but those on which it began, ran out or was withdrawn, on which another
-- decision on the product came, and on which a dossier's year began, or it was submitted or evaluated.
create function recognition_outcomes_compute(products uuid[]) returns void
language sql
set search_path from current
as $$
    insert into recognition_outcome_period (id, value, valid_from, valid_to)
    with own as (
        select r.id, r.product_id, r.decided_year, r.revoked_on,
               coalesce(r.decided_on, make_date(r.decided_year, 1, 1)) as from_day,
               coalesce(r.valid_to, make_date(r.decided_year + 3, 1, 1)) as to_day
        from recognition r
        where r.product_id = any(products)
    ), days as (
        select o.id, d.day
        from own o
        cross join lateral (
            select o.from_day
            union
            select o.to_day
            union
            select o.revoked_on
            union
            select coalesce(n.decided_on, make_date(n.decided_year, 1, 1))
            from recognition n
            where n.product_id = o.product_id
            union
            select v.day
            from dossier f
            cross join lateral (values (make_date(f.year, 1, 1)), (f.submitted_on), (f.evaluated_on)) v (day)
            where f.product_id = o.product_id and f.year between o.decided_year + 2 and 9999
        ) d (day)
        where d.day >= o.from_day
    ), standing as (
        select d.id, d.day as from_day, lead(d.day, 1, date 'infinity') over (partition by d.id order by d.day) as to_day,
               recognition_outcome_on(d.id, d.day) as outcome
        from days d
    ), marked as (
        select *, outcome is distinct from lag(outcome) over (partition by id order by from_day) as begins
        from standing
    ), numbered as (
        select *, count(*) filter (where begins) over (partition by id order by from_day) as n
        from marked
    )
    select id, min(outcome), min(from_day), max(to_day)
    from numbered
    where outcome is not null
    group by id, n
$$;

create function recognition_outcomes_changed() returns trigger
language plpgsql
set search_path from current
as $$
declare
    products uuid[];
begin
    if tg_op = 'INSERT' then
        products := array(select distinct product_id from fresh);
    elsif tg_op = 'DELETE' then
        products := array(select distinct product_id from stale);
    else
        products := array(
            select c.product_id
            from (
                (select id, product_id, stars, stated_kind, decided_on, decided_year, revoked_on from stale
                 except
                 select id, product_id, stars, stated_kind, decided_on, decided_year, revoked_on from fresh)
                union
                (select id, product_id, stars, stated_kind, decided_on, decided_year, revoked_on from fresh
                 except
                 select id, product_id, stars, stated_kind, decided_on, decided_year, revoked_on from stale)
            ) c
        );
    end if;
    if cardinality(products) > 0 then
        if tg_op <> 'INSERT' then
            delete from recognition_kind_period where id in (select id from stale where product_id = any(products));
            delete from recognition_outcome_period where id in (select id from stale where product_id = any(products));
        end if;
        delete from recognition_kind_period p
        using recognition r where r.product_id = any(products) and p.id = r.id;
        delete from recognition_outcome_period p
        using recognition r where r.product_id = any(products) and p.id = r.id;
        perform recognition_kinds_compute(products);
        perform recognition_outcomes_compute(products);
    end if;
    return null;
end
$$;
create trigger recognition_outcomes_inserted after insert on recognition
    referencing new table as fresh for each statement execute function recognition_outcomes_changed();
create trigger recognition_outcomes_updated after update on recognition
    referencing old table as stale new table as fresh for each statement execute function recognition_outcomes_changed();
create trigger recognition_outcomes_deleted after delete on recognition
    referencing old table as stale for each statement execute function recognition_outcomes_changed();

create function dossier_outcomes_changed() returns trigger
language plpgsql
set search_path from current
as $$
declare
    products uuid[];
begin
    if tg_op = 'INSERT' then
        products := array(select distinct product_id from fresh);
    elsif tg_op = 'DELETE' then
        products := array(select distinct product_id from stale);
    else
        products := array(
            select c.product_id
            from (
                (select id, product_id, year, round, state, submitted_on, evaluated_on from stale
                 except
                 select id, product_id, year, round, state, submitted_on, evaluated_on from fresh)
                union
                (select id, product_id, year, round, state, submitted_on, evaluated_on from fresh
                 except
                 select id, product_id, year, round, state, submitted_on, evaluated_on from stale)
            ) c
        );
    end if;
    if cardinality(products) > 0 then
        delete from recognition_outcome_period p
        using recognition r where r.product_id = any(products) and p.id = r.id;
        perform recognition_outcomes_compute(products);
    end if;
    return null;
end
$$;
create trigger dossier_outcomes_inserted after insert on dossier
    referencing new table as fresh for each statement execute function dossier_outcomes_changed();
create trigger dossier_outcomes_updated after update on dossier
    referencing old table as stale new table as fresh for each statement execute function dossier_outcomes_changed();
create trigger dossier_outcomes_deleted after delete on dossier
    referencing old table as stale for each statement execute function dossier_outcomes_changed();

select recognition_kinds_compute(array(select distinct product_id from recognition)),
       recognition_outcomes_compute(array(select distinct product_id from recognition));
