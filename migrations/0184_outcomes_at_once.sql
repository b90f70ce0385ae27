-- The periods of 0183 by statements over all decisions at once: a call of recognition_outcome_on for each decision and
-- day made most of what a large import costs. What the functions give stays the measure; a test compares.

create or replace function recognition_kinds_compute(products uuid[]) returns void
language sql
set search_path from current
as $$
    insert into recognition_kind_period (id, value, valid_from, valid_to)
    select k.id, k.kind, date '-infinity', date 'infinity'
    from (
        select r.id,
               case
                   when r.stated_kind = 'RENEWED' and r.stars > (
                       select e.stars
                       from recognition e
                       where e.product_id = r.product_id
                         and e.decided_year <= r.decided_year
                         and (e.decided_year < r.decided_year or e.decided_on < r.decided_on)
                       order by e.decided_year desc, e.decided_on desc nulls last, e.id
                       limit 1
                   ) then 'RAISED'
                   else r.stated_kind
               end as kind
        from recognition r
        where r.product_id = any(products)
    ) k
    where k.kind is not null
$$;

create or replace function recognition_outcomes_compute(products uuid[]) returns void
language sql
set search_path from current
as $$
    insert into recognition_outcome_period (id, value, valid_from, valid_to)
    with own as (
        select r.id, r.product_id, r.stars, r.decided_on, r.decided_year, r.revoked_on,
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
               case
                   when o.revoked_on <= d.day then 'REVOKED'
                   else coalesce(
                       (
                           select case when n.stars > o.stars then 'RAISED' when n.stars < o.stars then 'LOWERED'
                                       else 'RENEWED' end
                           from recognition n
                           where n.product_id = o.product_id
                             and n.decided_year >= o.decided_year
                             and (n.decided_year > o.decided_year or n.decided_on > o.decided_on)
                             and case when n.decided_on is not null then n.decided_on <= d.day
                                      else n.decided_year <= extract(year from d.day) end
                           order by n.decided_year, n.decided_on nulls first, n.id
                           limit 1
                       ),
                       (
                           select case when f.state in ('FAILED', 'REFUSED')
                                            and coalesce(f.evaluated_on, f.submitted_on, d.day) <= d.day
                                       then 'FAILED' else 'FILED' end
                           from dossier f
                           where f.product_id = o.product_id
                             and f.year between o.decided_year + 2 and extract(year from d.day)
                             and coalesce(f.submitted_on, d.day) <= d.day
                             and (f.state is null or f.state not in ('NOT_SUBMITTED', 'SUBMITTING', 'WITHDRAWN'))
                           order by f.year desc, f.round desc nulls last, f.id
                           limit 1
                       ),
                       case when d.day < o.to_day then 'IN_FORCE' else 'NOT_FILED' end
                   )
               end as outcome
        from days d
        join own o on o.id = d.id
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
