-- What indicators count by: stars of the latest decision in force or not, what became of a certificate, and how
-- revenue grew after a recognition.

-- Stars by the latest decision up to a day, in force or not; null where there is none, or where it was withdrawn by
-- then. A decision of which only the year is known counts from that year on.
create function product_recognised_stars_on(product uuid, day date) returns integer
language plpgsql stable strict parallel safe as $$
begin
    return (
        select case when r.revoked_on is null or day < r.revoked_on then r.stars end
        from recognition r
        where r.product_id = product
          and case when r.decided_on is not null then r.decided_on <= day
                   else r.decided_year <= extract(year from day) end
        order by r.decided_year desc, r.decided_on desc nulls last, r.id
        limit 1
    );
end
$$;
create function product_recognised_stars(product uuid) returns integer
language sql stable parallel safe
as $$ select product_recognised_stars_on(product, (now() at time zone 'Asia/Ho_Chi_Minh')::date) $$;

create function product_recognised_stars_all(day date) returns table (id uuid, value integer)
language sql stable strict parallel safe as $$
    select l.product_id, l.stars
    from (
        select distinct on (r.product_id) r.product_id, r.stars, r.revoked_on
        from recognition r
        where case when r.decided_on is not null then r.decided_on <= day
                   else r.decided_year <= extract(year from day) end
        order by r.product_id, r.decided_year desc, r.decided_on desc nulls last, r.id
    ) l
    where l.revoked_on is null or day < l.revoked_on
$$;
comment on function product_recognised_stars_all(date) is
    'For each product what product_recognised_stars_on gives, null left out.';

-- What became of a certificate by a day; null before its decision. Withdrawn counts first, then what a later
-- decision did, then a dossier filed for it: in the last year of the certificate or later.
create function recognition_outcome_on(recognition uuid, day date) returns text
language plpgsql stable strict parallel safe as $$
declare
    own recognition%rowtype;
    next_stars integer;
    filed text;
begin
    select * into own from recognition r where r.id = recognition;
    if day < coalesce(own.decided_on, make_date(own.decided_year, 1, 1)) then
        return null;
    end if;
    if own.revoked_on <= day then
        return 'REVOKED';
    end if;
    select n.stars into next_stars
    from recognition n
    where n.product_id = own.product_id
      and n.decided_year >= own.decided_year
      and (n.decided_year > own.decided_year or n.decided_on > own.decided_on)
      and case when n.decided_on is not null then n.decided_on <= day
               else n.decided_year <= extract(year from day) end
    order by n.decided_year, n.decided_on nulls first, n.id
    limit 1;
    if next_stars is not null then
        return case when next_stars > own.stars then 'RAISED' when next_stars < own.stars then 'LOWERED'
                    else 'RENEWED' end;
    end if;
    select case when d.state in ('FAILED', 'REFUSED') and coalesce(d.evaluated_on, d.submitted_on, day) <= day
                then 'FAILED' else 'FILED' end
    into filed
    from dossier d
    where d.product_id = own.product_id
      and d.year between own.decided_year + 2 and extract(year from day)
      and coalesce(d.submitted_on, day) <= day
      and (d.state is null or d.state not in ('NOT_SUBMITTED', 'SUBMITTING', 'WITHDRAWN'))
    order by d.year desc, d.round desc nulls last, d.id
    limit 1;
    if filed is not null then
        return filed;
    end if;
    return case when day < coalesce(own.valid_to, make_date(own.decided_year + 3, 1, 1)) then 'IN_FORCE'
                else 'NOT_FILED' end;
end
$$;
create function recognition_outcome(recognition uuid) returns text
language sql stable parallel safe
as $$ select recognition_outcome_on(recognition, (now() at time zone 'Asia/Ho_Chi_Minh')::date) $$;

-- Revenue of a producer in a year: as reported for the year, else for its halves or its quarters, all of them.
create function producer_revenue(producer uuid, of_year integer) returns numeric
language plpgsql stable strict parallel safe as $$
begin
    return (
        select coalesce(
            max(b.revenue) filter (where b.period = 'YEAR'),
            case when count(b.revenue) filter (where b.period in ('FIRST_HALF', 'SECOND_HALF')) = 2
                then sum(b.revenue) filter (where b.period in ('FIRST_HALF', 'SECOND_HALF')) end,
            case when count(b.revenue) filter (where b.period like '%_QUARTER') = 4
                then sum(b.revenue) filter (where b.period like '%_QUARTER') end)
        from business_result b
        where b.producer_id = producer and b.year = of_year
    );
end
$$;

-- Revenue of the maker in the year after the year of a decision, as a multiple of that in the year before it; null
-- where one of the two is not reported.
create function recognition_revenue_growth(recognition uuid) returns numeric
language plpgsql stable strict parallel safe as $$
begin
    return (
        select round(producer_revenue(p.producer_id, r.decided_year + 1)
                     / nullif(producer_revenue(p.producer_id, r.decided_year - 1), 0), 4)
        from recognition r
        join product p on p.id = r.product_id
        where r.id = recognition
    );
end
$$;

-- Everything of one decision year: cohorts and years of decisions are asked for without a product.
create index recognition_decided on recognition (decided_year, decided_on);
-- What says which stars a product has on a day, without a look at the rows themselves.
create index recognition_standing on recognition
    (product_id, decided_year desc, decided_on desc nulls last, id)
    include (stars, valid_from, valid_to, revoked_on);
