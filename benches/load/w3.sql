-- hub: select t0.id, t0.public_name, t0.public_packing, t1.value, t2.id, t2.public_name, t2.kind from (select * from product t0 where folded_words(t0.public_name) @@ $1::text::tsquery and exists (select from producer s0 where s0.id = t0.producer_id and (s0.kind = $2 and s0.founded_year >= $3)) order by t0.public_name collate vietnamese, t0.id limit $4) t0 left join product_stars_period t1 on t1.id = t0.id and t1.valid_from <= (now() at time zone 'Asia/Ho_Chi_Minh')::date and (now() at time zone 'Asia/Ho_Chi_Minh')::date < t1.valid_to left join producer t2 on t2.id = t0.producer_id order by t0.public_name collate vietnamese, t0.id
-- hub: select count(*) from product t0 where folded_words(t0.public_name) @@ $1::text::tsquery and exists (select from producer s0 where s0.id = t0.producer_id and (s0.kind = $2 and s0.founded_year >= $3))
-- hub: select t0.id, t0.public_name, t0.public_packing, t1.value, t2.id, t2.public_name, t2.kind, t0.o_count from (select t0.*, count(*) over () as o_count from product t0 where folded_words(t0.public_name) @@ $1::text::tsquery and exists (select from producer s0 where s0.id = t0.producer_id and (s0.kind = $2 and s0.founded_year >= $3)) order by t0.public_name collate vietnamese, t0.id limit $4) t0 left join product_stars_period t1 on t1.id = t0.id and t1.valid_from <= (now() at time zone 'Asia/Ho_Chi_Minh')::date and (now() at time zone 'Asia/Ho_Chi_Minh')::date < t1.valid_to left join producer t2 on t2.id = t0.producer_id order by t0.public_name collate vietnamese, t0.id
-- By hand: the filter once, for the page and for the count.
\set g random(1, 50)
\set k random(1, 4)
\set y random(2000, 2020)
select p.id, p.public_name, p.packing, v.value, m.id, m.public_name, m.kind, p.found
from (
    select p.id, p.public_name, p.packing, p.producer_id, count(*) over () as found
    from product p
    join producer m on m.id = p.producer_id
    where folded_words(p.public_name) @@ words_beginning((select name from load_goods where n = :g))
      and m.kind = (array['COOPERATIVE', 'COMPANY', 'HOUSEHOLD_BUSINESS', 'FARM'])[:k]
      and m.founded_year >= :y
    order by p.public_name collate vietnamese, p.id
    limit 21
) p
join producer m on m.id = p.producer_id
left join product_stars_period v on v.id = p.id
    and v.valid_from <= (now() at time zone 'Asia/Ho_Chi_Minh')::date
    and (now() at time zone 'Asia/Ho_Chi_Minh')::date < v.valid_to
order by p.public_name collate vietnamese, p.id;
