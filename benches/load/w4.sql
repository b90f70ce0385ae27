-- hub: select t0.id, t0.name, t0.held_from from fair t0 where t0.province_id = $1 order by t0.held_from desc nulls last, t0.id limit $2
-- hub: select k.i, t0.sales::text, t1.id, t1.public_name, t1.kind from unnest($1::uuid[]) with ordinality k(id, i) cross join lateral (select * from fair_participation t0 where t0.fair_id = k.id order by t0.sales desc nulls last, t0.id limit $2) t0 left join producer t1 on t1.id = t0.producer_id order by k.i, t0.sales desc nulls last, t0.id
-- hub: select k.i, t0.id, t0.public_name from unnest($1::uuid[]) with ordinality k(id, i) cross join lateral (select * from product t0 where t0.producer_id = k.id order by t0.public_name, t0.id limit $2) t0 order by k.i, t0.public_name, t0.id
-- hub: select k.i, t0.stars, t0.public_decision_number, t0.valid_to from unnest($1::uuid[]) with ordinality k(id, i) cross join lateral (select * from recognition t0 where t0.product_id = k.id and ((coalesce(t0.valid_from, make_date(t0.decided_year, 1, 1)) is null or coalesce(t0.valid_from, make_date(t0.decided_year, 1, 1)) <= $2) and (coalesce(t0.valid_to, (coalesce(t0.valid_from, make_date(t0.decided_year, 1, 1)) + interval '36 months')::date) is null or $2 < coalesce(t0.valid_to, (coalesce(t0.valid_from, make_date(t0.decided_year, 1, 1)) + interval '36 months')::date)) and (t0.revoked_on is null or $2 < t0.revoked_on)) order by t0.decided_year desc, t0.decided_on desc nulls last, t0.id limit $3) t0 order by k.i, t0.decided_year desc, t0.decided_on desc nulls last, t0.id
-- By hand: one statement, the page of each level by lateral; fairs and producers come again with each product.
\set n random(1, 34)
\set d random(0, 699)
select f.id, f.name, f.held_from, a.id, a.sales::text, m.id, m.public_name, m.kind, p.id, p.public_name,
       r.stars, r.decision_number, r.valid_to
from (
    select id, name, held_from from fair
    where province_id = ('00000000-0000-7000-8000-' || lpad(to_hex(:n::int), 12, '0'))::uuid
    order by held_from desc nulls last, id
    limit 10
) f
cross join lateral (
    select id, sales, producer_id from fair_participation
    where fair_id = f.id
    order by sales desc nulls last, id
    limit 20
) a
join producer m on m.id = a.producer_id
left join lateral (
    select id, public_name from product where producer_id = m.id order by public_name, id limit 5
) p on true
left join lateral (
    select stars, decision_number, valid_to from recognition
    where product_id = p.id
      and coalesce(valid_from, make_date(decided_year, 1, 1)) <= date '2024-01-01' + :d::int
      and date '2024-01-01' + :d::int < coalesce(valid_to, make_date(decided_year + 3, 1, 1))
      and (revoked_on is null or date '2024-01-01' + :d::int < revoked_on)
    order by decided_year desc, decided_on desc nulls last, id
    limit 1
) r on true
order by f.held_from desc nulls last, f.id, a.sales desc nulls last, a.id, p.public_name, p.id;
