with asked as (
    select $1::uuid[], $2::uuid[], $3::float8, $4::text, $5::int, $6::int, $7::text[], $8::date, $9::int,
           $10::float8, $11::float8, $12::float8, $13::float8, $14::bool, $15::bigint, $16::bigint, $17::bool,
           $18::float8, $19::uuid[]
), subject as materialized (
    select p.id,
           (select r.stars
            from recognition r
            where r.product_id = p.id
              and case
                      when r.decided_on is not null then r.valid_from <= $8 and $8 < r.valid_to
                      else r.decided_year <= extract(year from $8) and $8 < make_date(r.decided_year + 3, 1, 1)
                  end
              and (r.revoked_on is null or $8 < r.revoked_on)
            order by r.decided_year desc, r.decided_on desc nulls last, r.id
            limit 1) as stars
    from product p
    where p.group_id = any($1)
), certificates as materialized (
    select holder_id, count(*) filter (where held) as held, count(*) filter (where not held) as perhaps
    from (
        select q.holder_id, bool_or(q.expires_on is not null) as held
        from quality_certificate q
        where q.standard = any($7) and (q.issued_on is null or q.issued_on <= $8)
          and (q.expires_on is null or q.expires_on >= $8)
        group by q.holder_id, q.standard
    ) as one
    group by holder_id
), weighed as materialized (
    select w.*, w.b_quantity + b_months + b_stars + b_certificates + b_shelf_life + b_price + b_minimum as burden, b_months + b_stars + b_certificates + b_shelf_life + b_price + b_minimum = 0 and w.share > 0 as joins
    from (
        select o.id, o.producer_id, s.stars,
               case when o.base_unit = $4 then o.base_capacity / $3 end as share,
               case when o.base_price_unit = $4 then o.base_price end as price,
               (case when o.base_unit is null or o.base_capacity is null then 0.5
              when o.base_unit <> $4 then 0.75
              when o.base_capacity >= $3 then 0
              else 1 - 0.5 * o.base_capacity / $3 end)::float8 as b_quantity,
(case when $5 = 0 then 0
              when o.month_bits is null then 0.5
              when $5 & ~o.month_bits = 0 then 0
              else 0.5 + 0.5 * bit_count(($5 & ~o.month_bits)::bit(12))::float8 / bit_count($5::bit(12))::float8 end)::float8 as b_months,
(case when $6 = 0 or s.stars >= $6 then 0
              when s.stars is null then 1
              else 0.5 + 0.5 * ($6 - s.stars)::float8 / $6::float8 end)::float8 as b_stars,
(case when cardinality($7::text[]) = 0 or c.held >= cardinality($7::text[]) then 0
              when c.held + c.perhaps >= cardinality($7::text[]) then 0.5
              else 1 - 0.5 * coalesce(c.held, 0)::float8 / cardinality($7::text[])::float8 end)::float8 as b_certificates,
(case when $9 = 0 then 0
              when o.shelf_life_days is null then 0.5
              when o.shelf_life_days >= $9 then 0
              else 1 - 0.5 * greatest(o.shelf_life_days, 0)::float8 / $9::float8 end)::float8 as b_shelf_life,
(case when $10 = 0 then 0
              when o.base_price_unit is null or o.base_price is null then 0.5
              when o.base_price_unit <> $4 then 0.75
              when o.base_price <= $10 then 0
              else 0.5 + 0.5 * least(1, o.base_price / $10 - 1) end)::float8 as b_price,
(case when $11 = 0 then 0
              when o.base_minimum_unit is null or o.base_minimum is null then 0.5
              when o.base_minimum_unit <> $4 then 0.75
              when o.base_minimum <= $11 then 0
              else 1 - 0.5 * $11 / o.base_minimum end)::float8 as b_minimum
        from subject p
        -- product by product: offers of others are never looked at
        cross join lateral (
            select o.id, o.producer_id, o.base_unit, o.base_capacity, o.month_bits, o.shelf_life_days, o.base_price_unit,
                   o.base_price, o.base_minimum_unit, o.base_minimum
            from supply_offer o
            where o.product_id = p.id
            offset 0
        ) as o
        cross join lateral (select p.stars) as s (stars)
        left join certificates c on c.holder_id = o.producer_id
        offset 0 -- each burden is computed once
    ) as w
), top as (
    select * from weighed
    where burden <= $18 and (not $14 or burden = 0)
    order by burden, stars desc nulls last, least(share, 1) desc nulls last, price nulls last, id
    limit $15 + $16 + 200 -- the distance decides among so many that are level
), placed as (
    select t.*,
           (select 12742 * asin(sqrt(least(1,
                sin(radians(u.latitude - $12) / 2) ^ 2
                + cos(radians(u.latitude)) * cos(radians($12)) * sin(radians(u.longitude - $13) / 2) ^ 2
            )))
            from producer m
            join admin_unit u on u.id = m.commune_now_id
            where m.id = t.producer_id and $12 <> 'NaN') as distance
    from top t
), paged as (
    select * from (
        select *, row_number() over (order by burden, stars desc nulls last, least(share, 1) desc nulls last, price nulls last, distance nulls last, id) as place from placed
    ) as numbered
    where place > $16 and place <= $15 + $16
), together as (
    select count(*) as offers, sum(share * $3) as total, string_agg(id::text, ',' order by at) as ids
    from (
        select id, share, row_number() over by_size as at, sum(share) over by_size - share as before
        from (select id, share from weighed where $17 and joins order by share desc, id limit 20) as large
        window by_size as (order by share desc, id rows unbounded preceding)
    ) as running
    where before < 1
)
select n.count, n.fitting, n.able, n.total, j.offers, j.total, j.ids,
       g.id, g.producer_id, g.stars, g.share, g.distance, g.burden,
       d.product_id, d.product, d.producer, d.unit_id, d.capacity, d.capacity_unit, d.month_bits,
       d.shelf_life_days, d.price, d.price_unit, d.minimum, d.minimum_unit, d.held, d.standards,
       g.b_quantity, g.b_months, g.b_stars, g.b_certificates, g.b_shelf_life, g.b_price, g.b_minimum
from (
    select count(*) as count, count(*) filter (where burden = 0) as fitting,
           count(*) filter (where joins) as able, sum(share * $3) filter (where joins) as total
    from weighed
) as n
cross join together j
left join paged g on true
left join lateral (
    select o.product_id, p.public_name as product, m.public_name as producer,
           coalesce(m.commune_now_id, m.commune_then_id, m.district_then_id) as unit_id,
           o.capacity::float8 as capacity, o.public_capacity_unit as capacity_unit, o.month_bits, o.shelf_life_days,
           o.wholesale_price::float8 as price, o.public_price_unit as price_unit, o.minimum_order::float8 as minimum,
           o.public_minimum_order_unit as minimum_unit,
           (select string_agg(q.id::text, ',' order by q.standard, q.id)
            from quality_certificate q
            where q.holder_id = o.producer_id and (q.issued_on is null or q.issued_on <= $8) and q.expires_on >= $8
           ) as held,
           (select string_agg(distinct q.standard, ',')
            from quality_certificate q
            where q.holder_id = o.producer_id and (q.issued_on is null or q.issued_on <= $8) and q.expires_on >= $8
           ) as standards
    from supply_offer o
    join product p on p.id = o.product_id
    join producer m on m.id = o.producer_id
    where o.id = g.id
) as d on true
order by g.place
