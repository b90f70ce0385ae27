-- hub: select t0.id, t0.public_name, t0.public_packing, t1.id, t1.public_name, t2.id, t2.name from product t0 left join producer t1 on t1.id = t0.producer_id left join admin_unit t2 on t2.id = t1.commune_now_id where t0.id = any($1)
-- By hand: one id needs no array.
\set n random(1, 100000)
select t0.id, t0.public_name, t0.packing, t1.id, t1.public_name, t2.id, t2.name from product t0 left join producer t1 on t1.id = t0.producer_id left join admin_unit t2 on t2.id = t1.commune_now_id where t0.id = ('00000000-0000-7000-8004-' || lpad(to_hex(:n::int), 12, '0'))::uuid;
