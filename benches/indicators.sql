-- A third decision for each product of the load data, before the two that are there: 300,000 recognitions for 100,000
-- products.
insert into recognition (id, product_id, stars, potential_five_star, score, stated_kind, decision_number, decided_on, decided_year)
select ('00000000-0000-7000-8015-' || lpad(to_hex(n), 12, '0'))::uuid,
       ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid, 3, false, 50, 'NEW', n % 3000 || '/QĐ-UBND',
       date '2018-06-01' + n % 550, extract(year from date '2018-06-01' + n % 550)
from generate_series(1, :products) n;
vacuum analyze;
