-- Stars by the latest decision, in force or not, by period: like product_stars_period, kept by the same triggers. What
-- gave them for all products of a day at once goes, for nothing asks it any more.

create table product_recognised_stars_period (
    id uuid not null,                      -- of the product
    value integer not null,
    valid_from date not null,
    valid_to date not null,                -- the first day it holds no more; infinity while it does
    constraint product_recognised_stars_period_pkey primary key (id, valid_from) include (valid_to, value),
    constraint product_recognised_stars_period_days check (valid_from < valid_to)
);
comment on table product_recognised_stars_period is
    'What product_recognised_stars_on gives, in each period that has any; periods that follow each other differ.';

-- Computes the periods of these products anew. The latest decision changes on no day but those of decisions, and what
-- it gives on no day but that of its withdrawal.
create function product_recognised_stars_compute(products uuid[]) returns void
language plpgsql
set search_path from current
as $$
begin
    delete from product_recognised_stars_period p where p.id = any(products);
    insert into product_recognised_stars_period (id, value, valid_from, valid_to)
    with decisions as (
        select r.product_id, coalesce(r.decided_on, make_date(r.decided_year, 1, 1)) as from_day, r.revoked_on
        from recognition r
        where r.product_id = any(products)
    ), days as (
        select product_id, from_day as day from decisions
        union
        select product_id, revoked_on from decisions where revoked_on > from_day
    ), standing as (
        select d.product_id, d.day as from_day,
               lead(d.day, 1, date 'infinity') over (partition by d.product_id order by d.day) as to_day,
               case when l.revoked_on is null or d.day < l.revoked_on then l.stars end as stars
        from days d
        -- the first entry of recognition_standing that had begun: one look-up for each day, whatever the planner thinks
        cross join lateral (
            select r.stars, r.revoked_on
            from recognition r
            where r.product_id = d.product_id
              and coalesce(r.decided_on, make_date(r.decided_year, 1, 1)) <= d.day
            order by r.decided_year desc, r.decided_on desc nulls last, r.id
            limit 1
        ) l
    ), marked as (
        select *, stars is distinct from lag(stars) over (partition by product_id order by from_day) as begins
        from standing
    ), numbered as (
        select *, count(*) filter (where begins) over (partition by product_id order by from_day) as n
        from marked
    )
    select product_id, min(stars), min(from_day), max(to_day)
    from numbered
    where stars is not null
    group by product_id, n;
end
$$;

-- As before, but by a look-up for each day as above, in the place of a join of two lists: where there are no statistics
-- the planner may compare each with each.
create or replace function product_stars_compute(products uuid[]) returns void
language plpgsql
set search_path from current
as $$
begin
    delete from product_stars_period p where p.id = any(products);
    insert into product_stars_period (id, value, valid_from, valid_to)
    with spans as (
        select r.product_id,
               case when r.decided_on is not null then r.valid_from else make_date(r.decided_year, 1, 1) end as from_day,
               least(
                   case when r.decided_on is not null then r.valid_to else make_date(r.decided_year + 3, 1, 1) end,
                   r.revoked_on
               ) as to_day
        from recognition r
        where r.product_id = any(products)
    ), days as (
        select product_id, from_day as day from spans where from_day < to_day
        union
        select product_id, to_day from spans where from_day < to_day
    ), pieces as (
        select product_id, day as from_day, lead(day) over (partition by product_id order by day) as to_day
        from days
    )
    select p.product_id, s.stars, p.from_day, p.to_day
    from pieces p
    cross join lateral (
        select r.stars
        from recognition r
        where r.product_id = p.product_id
          and case
                  when r.decided_on is not null then r.valid_from <= p.from_day and p.from_day < r.valid_to
                  else make_date(r.decided_year, 1, 1) <= p.from_day and p.from_day < make_date(r.decided_year + 3, 1, 1)
              end
          and (r.revoked_on is null or p.from_day < r.revoked_on)
        order by r.decided_year desc, r.decided_on desc nulls last, r.id
        limit 1
    ) s
    where p.to_day is not null;
end
$$;

-- As before, and the periods of the latest decision with those in force.
create or replace function recognition_stars_changed() returns trigger
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
                (select id, product_id, stars, decided_on, decided_year, revoked_on from stale
                 except
                 select id, product_id, stars, decided_on, decided_year, revoked_on from fresh)
                union
                (select id, product_id, stars, decided_on, decided_year, revoked_on from fresh
                 except
                 select id, product_id, stars, decided_on, decided_year, revoked_on from stale)
            ) c
        );
    end if;
    if cardinality(products) > 0 then
        perform product_stars_compute(products);
        perform product_recognised_stars_compute(products);
    end if;
    return null;
end
$$;

select product_recognised_stars_compute(array(select distinct product_id from recognition));

drop function product_stars_all(date);
drop function product_recognised_stars_all(date);
