-- On top of ../load/data.sql: what matching looks at. Every product in one of 26 sub-groups of either classification,
-- offers with units, seasons, prices, shelf lives and gaps in them, certificates of a third of the producers, communes
-- on a map. Made from numbers alone.

\set ON_ERROR_STOP on
begin;
set local session_replication_role = replica;

insert into product_group (id, scheme, level, number, name, valid_from)
select md5(s || 'G' || g)::uuid, s, 'GROUP', g, 'Nhóm ' || g, '2019-01-01'
from unnest(array['QD1048', 'QD148']) s, generate_series(1, 6) g
on conflict do nothing;
insert into product_group (id, scheme, level, number, name, valid_from, parent_id)
select md5(s || 'S' || n)::uuid, s, 'SUBGROUP', n, 'Bộ ' || n, '2019-01-01',
       (select id from product_group p where p.scheme = s and p.level = 'GROUP' and p.number = case when n <= 13 then 1 else 2 + n % 5 end)
from unnest(array['QD1048', 'QD148']) s, generate_series(1, 26) n
on conflict do nothing;

update admin_unit set latitude = 8.5 + (('x' || right(id::text, 6))::bit(24)::int * 37 % 1400) / 100.0,
                      longitude = 103 + (('x' || right(id::text, 6))::bit(24)::int * 53 % 600) / 100.0
where level = 'COMMUNE' and code like 'B%';

with numbered as (select id, ('x' || right(id::text, 8))::bit(32)::int as n from product)
update product p set group_id = g.id
from numbered m
join product_group g on g.level = 'SUBGROUP' and g.scheme = case when m.n % 4 = 0 then 'QD1048' else 'QD148' end and g.number = 1 + m.n * 7 % 26
where p.id = m.id;

with numbered as (select id, ('x' || right(id::text, 8))::bit(32)::int as n from supply_offer)
update supply_offer o set
    capacity = case when n % 11 = 0 then null else 20 + n * 13 % 5000 end,
    capacity_unit = case when n % 13 = 0 then 'hộp' when n % 17 = 0 then 'lít' when n % 11 > 0 then 'kg' end,
    months = case when n % 3 = 0 then jsonb_build_array(1 + n % 12, 1 + (n + 1) % 12, 1 + (n + 2) % 12, 1 + (n + 3) % 12) end,
    all_year = case n % 3 when 1 then true when 0 then false end,
    minimum_order = case when n % 7 > 0 then 10 + n * 3 % 500 end,
    minimum_order_unit = case when n % 7 > 0 then 'kg' end,
    wholesale_price = case when n % 19 > 0 then 10000 + (n * 41) % 300000 end,
    price_unit = case when n % 5 = 0 then 'hộp' when n % 19 > 0 then 'kg' end,
    shelf_life_days = case when n % 6 > 0 then 30 + n * 7 % 700 end
from numbered m
where m.id = o.id;

insert into quality_certificate (id, holder_id, standard, number, issued_on, issued_year, expires_on)
select md5('C' || n || k)::uuid, ('00000000-0000-7000-8003-' || lpad(to_hex(n * 3), 12, '0'))::uuid,
       (array['VIETGAP', 'ORGANIC', 'HACCP', 'ISO_22000', 'FOOD_SAFETY'])[(n + k) % 5 + 1], 'CN-' || n || '-' || k,
       date '2024-01-01' + n % 700, 2024 + n % 700 / 365, case when n % 10 > 0 then date '2024-01-01' + n % 700 + 1095 end
from generate_series(1, (select count(*) / 3 from producer where id::text like '00000000%')::int) n, generate_series(0, 2) k;

-- three of four products have a decision of the last three years
insert into recognition (id, product_id, stars, potential_five_star, decision_number, decided_on, decided_year)
select md5('R' || p.id)::uuid, p.id, 3 + n % 3, false, n % 3000 || '/QĐ-UBND', date '2025-01-01' + n % 600,
       extract(year from date '2025-01-01' + n % 600)
from (select id, ('x' || right(id::text, 8))::bit(32)::int as n from product) p
where n % 4 > 0;

commit;
vacuum (full, analyze) supply_offer;
vacuum analyze;
