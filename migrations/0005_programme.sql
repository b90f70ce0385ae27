-- The programme: groups, products, and the decisions that give them their stars.

create table product_group (
    id uuid primary key,
    scheme text not null constraint product_group_scheme_known check (scheme in ('QD1048', 'QD148')),
    level text not null constraint product_group_level_known check (level in ('GROUP', 'SUBGROUP')),
    number integer not null,
    name text not null,
    cluster text,
    valid_from date not null,
    valid_to date,
    parent_id uuid constraint product_group_parent references product_group (id),
    constraint product_group_number unique (scheme, level, number)
);
create index product_group_parent on product_group (parent_id, number, id);

create table product (
    id uuid primary key,
    name text not null,
    packing text,
    group_id uuid constraint product_group references product_group (id),
    producer_id uuid not null
        constraint product_producer references producer (id) deferrable initially deferred,
    joined_year integer,
    left_year integer
);
create index product_group_id on product (group_id, id);
create index product_producer on product (producer_id, name, id);

create table recognition (
    id uuid primary key,
    product_id uuid not null
        constraint recognition_product references product (id) deferrable initially deferred,
    stars integer not null constraint recognition_stars_three_to_five check (stars between 3 and 5),
    potential_five_star boolean not null,
    score numeric,
    stated_kind text constraint recognition_stated_kind_known check (stated_kind in ('NEW', 'RENEWED', 'RAISED')),
    decision_number text,
    decided_on date,
    decided_year integer not null,
    issuer_id uuid constraint recognition_issuer references admin_unit (id),
    -- in force for 36 months from the day of the decision
    valid_from date generated always as (decided_on) stored,
    valid_to date generated always as ((decided_on + interval '36 months')::date) stored,
    revoked_on date,
    revocation_note text
);
create index recognition_product on recognition (product_id, decided_year desc, decided_on desc nulls last, id);
create index recognition_issuer on recognition (issuer_id);

-- Both functions are plpgsql, which keeps its plan for the session: one call costs 0.03 ms, in language sql
-- 0.22 ms, nearly all of it planning the body anew for each statement.

-- Stars of a product today, by Vietnam's calendar: those of its newest recognition in force; null when there
-- is none. A decision of which only the year is known counts from that year on and, so as never to show stars
-- that have run out, no longer than if it had been made on 1 January.
create function product_stars(product uuid) returns integer
language plpgsql stable strict parallel safe as $$
declare
    today date := (now() at time zone 'Asia/Ho_Chi_Minh')::date;
begin
    return (
        select r.stars
        from recognition r
        where r.product_id = product
          and case
              when r.decided_on is not null then r.valid_from <= today and today < r.valid_to
              else r.decided_year <= extract(year from today) and today < make_date(r.decided_year + 3, 1, 1)
          end
          and (r.revoked_on is null or today < r.revoked_on)
        order by r.decided_year desc, r.decided_on desc nulls last, r.id
        limit 1
    );
end
$$;

-- What a decision did: as the register says, save that a renewal with more stars than the product's latest
-- earlier recognition raised it. Of two decisions of one year, of which one has no day, neither is the earlier.
create function recognition_kind(recognition uuid) returns text
language plpgsql stable strict parallel safe as $$
begin
    return (
        select case
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
        end
        from recognition r
        where r.id = recognition
    );
end
$$;
