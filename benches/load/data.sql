-- Data for the load run: :products products of as many producers as a third of them, two recognitions and
-- five listings each, in a country of 34 provinces and 3,400 communes. Made from numbers alone, so that
-- every run has the same rows. The database must be migrated; entity tables must be empty.

\set ON_ERROR_STOP on
begin;
set local session_replication_role = replica; -- the rows are consistent by construction

insert into admin_unit (id, level, code, name, valid_from, parent_id, province_id)
select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'PROVINCE', 'B' || n, 'Tỉnh ' || n, '2025-07-01',
       null, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
from generate_series(1, 34) n;

insert into admin_unit (id, level, code, name, valid_from, parent_id, province_id)
select ('00000000-0000-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid, 'COMMUNE', 'B' || lpad(n::text, 5, '0'), 'Xã ' || n,
       '2025-07-01', ('00000000-0000-7000-8000-' || lpad(to_hex(n % 34 + 1), 12, '0'))::uuid,
       ('00000000-0000-7000-8000-' || lpad(to_hex(n % 34 + 1), 12, '0'))::uuid
from generate_series(1, 3400) n;

insert into retail_partner (id, name, kind)
select ('00000000-0000-7000-8002-' || lpad(to_hex(n), 12, '0'))::uuid, 'Siêu thị ' || n, 'SUPERMARKET'
from generate_series(1, 200) n;

insert into producer (id, name, kind, commune_now_id, founded_year)
select ('00000000-0000-7000-8003-' || lpad(to_hex(n), 12, '0'))::uuid, 'Hợp tác xã số ' || n,
       (array['COOPERATIVE', 'COMPANY', 'HOUSEHOLD_BUSINESS', 'FARM'])[n % 4 + 1],
       ('00000000-0000-7000-8001-' || lpad(to_hex(n * 7 % 3400 + 1), 12, '0'))::uuid, 2000 + n % 25
from generate_series(1, :products / 3 + 1) n;

insert into product (id, name, packing, producer_id)
select ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid, 'Mật ong hoa rừng số ' || n, 'chai ' || n % 9 + 1 || '00 ml',
       ('00000000-0000-7000-8003-' || lpad(to_hex(n / 3 + 1), 12, '0'))::uuid
from generate_series(1, :products) n;

insert into recognition (id, product_id, stars, potential_five_star, score, stated_kind, decision_number, decided_on, decided_year)
select ('00000000-0000-7000-8005-' || lpad(to_hex(n * 2 + k), 12, '0'))::uuid,
       ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid, 3 + (n + k) % 2, false, 50 + (n * 13 + k) % 40,
       case k when 0 then 'NEW' else 'RENEWED' end, n % 3000 || '/QĐ-UBND',
       date '2020-01-01' + n % 700 + k * 1100, extract(year from date '2020-01-01' + n % 700 + k * 1100)
from generate_series(1, :products) n, generate_series(0, 1) k;

insert into listing (id, product_id, partner_id, started_on, price, unit, status)
select ('00000000-0000-7000-8006-' || lpad(to_hex(n * 5 + k), 12, '0'))::uuid,
       ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid,
       ('00000000-0000-7000-8002-' || lpad(to_hex((n * 3 + k * 17) % 200 + 1), 12, '0'))::uuid,
       date '2022-01-01' + (n * 11 + k * 97) % 1300, 10000 + n * 37 % 400000, 'chai',
       case (n + k) % 4 when 0 then 'REMOVED' else 'ON_SALE' end
from generate_series(1, :products) n, generate_series(0, 4) k;

commit;
vacuum analyze;

-- For pgbench, which has no arrays of its own: the ids of list number n.
create table load_list (n integer primary key, ids uuid[] not null);
insert into load_list
select n, array(
    select ('00000000-0000-7000-8004-' || lpad(to_hex((n + k * 4999) % :products + 1), 12, '0'))::uuid
    from generate_series(0, 19) k
)
from generate_series(1, :products) n;
analyze load_list;
