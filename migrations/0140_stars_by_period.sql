-- Stars of products by period, so that conditions, orders and groups find them by an index, on any day, and call no
-- function for each row. A function of the recognitions alone: triggers keep it, however rows are written.

create table product_stars_period (
    id uuid not null,                      -- of the product
    value integer not null,
    valid_from date not null,
    valid_to date not null,                -- the first day it holds no more
    constraint product_stars_period_pkey primary key (id, valid_from) include (valid_to, value),
    constraint product_stars_period_days check (valid_from < valid_to)
);
comment on table product_stars_period is 'What product_stars_on gives, in each period that has any.';

-- Computes the periods of these products anew. Stars change on no day but those on which a recognition begins or
-- ends: between two of them the first in the order of product_stars_on counts.
create function product_stars_compute(products uuid[]) returns void
language plpgsql
set search_path from current
as $$
begin
    delete from product_stars_period p where p.id = any(products);
    insert into product_stars_period (id, value, valid_from, valid_to)
    with spans as (
        select r.product_id, r.id, r.stars, r.decided_year, r.decided_on,
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
    select distinct on (p.product_id, p.from_day) p.product_id, s.stars, p.from_day, p.to_day
    from pieces p
    join spans s on s.product_id = p.product_id and s.from_day <= p.from_day and p.to_day <= s.to_day
    order by p.product_id, p.from_day, s.decided_year desc, s.decided_on desc nulls last, s.id;
end
$$;

create function recognition_stars_changed() returns trigger
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
    end if;
    return null;
end
$$;
create trigger recognition_stars_inserted after insert on recognition
    referencing new table as fresh for each statement execute function recognition_stars_changed();
create trigger recognition_stars_updated after update on recognition
    referencing old table as stale new table as fresh for each statement execute function recognition_stars_changed();
create trigger recognition_stars_deleted after delete on recognition
    referencing old table as stale for each statement execute function recognition_stars_changed();

select product_stars_compute(array(select distinct product_id from recognition));
