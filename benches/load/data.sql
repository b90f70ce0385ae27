-- Data for the load run, made from numbers alone, so that every run has the same rows: :products products; as many
-- producers as three tenths of them; two recognitions, three listings and five offers for each; 2,000 fairs with a
-- hundred producers each; in a country of 34 provinces and 3,321 communes. The database must be migrated; entity
-- tables must be empty.

\set ON_ERROR_STOP on
begin;
set local session_replication_role = replica; -- the rows are consistent by construction

-- Indexes are made anew once the rows are there: that takes a fraction of the time.
create temp table dropped on commit drop as
select format('drop index %I', c.relname) as away, pg_get_indexdef(i.indexrelid) as back
from pg_index i
join pg_class c on c.oid = i.indexrelid
where i.indrelid in (
        'producer'::regclass, 'product'::regclass, 'recognition'::regclass, 'listing'::regclass, 'fair'::regclass,
        'fair_participation'::regclass, 'supply_offer'::regclass)
  and not i.indisunique;
do $$
declare one text;
begin
    for one in select away from dropped loop
        execute one;
    end loop;
end
$$;

-- Names of many words, as registers have them, so that searching has something to do.
create function pg_temp.word(n bigint, list text) returns text language sql immutable as $$
    select w[n % array_length(w, 1) + 1] from (select string_to_array(list, ',') as w) as words
$$;
create function pg_temp.brand(n bigint) returns text language sql immutable as $$
    select pg_temp.word(n * 7, 'An,Bình,Châu,Diệu,Đông,Hạnh,Hòa,Hồng,Khánh,Kim,Lam,Liên,Lộc,Mai,Minh,Mỹ,Ngọc,Nguyên,Phú,Phước,Quang,Quỳnh,Sơn,Tâm,Tân,Thanh,Thiên,Thịnh,Thuận,Trường,Vạn,Xuân')
        || ' ' || pg_temp.word(n / 31 + n, 'Ân,Bảo,Cát,Công,Đạt,Điền,Gia,Giang,Hà,Hải,Hậu,Hiệp,Hưng,Huy,Khang,Lâm,Lan,Lập,Linh,Long,Lợi,Lương,Mộc,Nam,Nghĩa,Nhân,Phát,Phong,Phương,Quý,Tấn,Thành,Thắng,Thủy,Tiến,Trung,Tuyết,Vân,Việt,Vinh,Yên')
$$;
create function pg_temp.goods(n bigint) returns text language sql immutable as $$
    select pg_temp.word(n, 'Mật ong,Gạo,Trà,Cà phê,Nước mắm,Mắm nêm,Mắm ruốc,Bột sen,Hạt sen,Ngũ cốc,Bánh tráng,Bánh đậu xanh,Bún khô,Phở khô,Mì gạo,Rau má,Bưởi da xanh,Xoài cát,Sầu riêng,Chuối sấy,Mít sấy,Khoai lang dẻo,Tinh dầu sả,Tinh dầu tràm,Tinh bột nghệ,Rượu nếp,Rượu cần,Hạt điều,Hạt tiêu,Hồ tiêu đen,Đông trùng hạ thảo,Nấm linh chi,Nấm rơm,Trứng vịt muối,Khô cá lóc,Khô bò,Chả cá,Chả lụa,Nem chua,Lạp xưởng,Dưa cải,Tương ớt,Muối ớt,Dầu phộng,Dầu dừa,Kẹo dừa,Thạch dừa,Chiếu cói,Gốm,Đèn lồng')
        || ' ' || pg_temp.word(n / 50 + n, 'hữu cơ,truyền thống,nguyên chất,thượng hạng,đặc biệt,sấy dẻo,sấy lạnh,hoa rừng,cao nguyên,đồng quê,miền biển,vùng cao,gia truyền,loại một')
$$;

insert into admin_unit (id, level, code, name, valid_from, parent_id, province_id)
select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'PROVINCE', 'B' || n, 'Tỉnh ' || n, '2025-07-01',
       null, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
from generate_series(1, 34) n;

insert into admin_unit (id, level, code, name, valid_from, parent_id, province_id)
select ('00000000-0000-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid, 'COMMUNE', 'B' || lpad(n::text, 5, '0'),
       'Xã ' || pg_temp.brand(n * 3), '2025-07-01', ('00000000-0000-7000-8000-' || lpad(to_hex(n % 34 + 1), 12, '0'))::uuid,
       ('00000000-0000-7000-8000-' || lpad(to_hex(n % 34 + 1), 12, '0'))::uuid
from generate_series(1, 3321) n;

insert into retail_partner (id, name, kind)
select ('00000000-0000-7000-8002-' || lpad(to_hex(n), 12, '0'))::uuid, 'Siêu thị ' || pg_temp.brand(n * 5), 'SUPERMARKET'
from generate_series(1, 200) n;

insert into producer (id, name, kind, commune_now_id, founded_year)
select ('00000000-0000-7000-8003-' || lpad(to_hex(n), 12, '0'))::uuid,
       (array['HTX Nông nghiệp ', 'Công ty TNHH ', 'Cơ sở ', 'Trang trại '])[n % 4 + 1] || pg_temp.brand(n),
       (array['COOPERATIVE', 'COMPANY', 'HOUSEHOLD_BUSINESS', 'FARM'])[n % 4 + 1],
       ('00000000-0000-7000-8001-' || lpad(to_hex(n * 7 % 3321 + 1), 12, '0'))::uuid, 2000 + n % 25
from generate_series(1, :products * 3 / 10) n;

insert into product (id, name, public_name, packing, public_packing, producer_id) -- the trigger that masks is off, and nobody is named
select ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid, pg_temp.goods(n) || ' ' || pg_temp.brand(n / 7),
       pg_temp.goods(n) || ' ' || pg_temp.brand(n / 7), 'chai ' || n % 9 + 1 || '00 ml', 'chai ' || n % 9 + 1 || '00 ml',
       ('00000000-0000-7000-8003-' || lpad(to_hex(n * 3 / 10 % (:products * 3 / 10) + 1), 12, '0'))::uuid
from generate_series(1, :products) n;

insert into recognition (id, product_id, stars, potential_five_star, score, stated_kind, decision_number, public_decision_number, decided_on, decided_year)
select ('00000000-0000-7000-8005-' || lpad(to_hex(n * 2 + k), 12, '0'))::uuid,
       ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid, 3 + (n + k) % 2, false, 50 + (n * 13 + k) % 40,
       case k when 0 then 'NEW' else 'RENEWED' end, n % 3000 || '/QĐ-UBND', n % 3000 || '/QĐ-UBND',
       date '2020-01-01' + n % 700 + k * 1100, extract(year from date '2020-01-01' + n % 700 + k * 1100)
from generate_series(1, :products) n, generate_series(0, 1) k;

insert into listing (id, product_id, partner_id, started_on, price, unit, status)
select ('00000000-0000-7000-8006-' || lpad(to_hex(n * 3 + k), 12, '0'))::uuid,
       ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid,
       ('00000000-0000-7000-8002-' || lpad(to_hex((n * 3 + k * 17) % 200 + 1), 12, '0'))::uuid,
       date '2022-01-01' + (n * 11 + k * 97) % 1300, 10000 + n * 37 % 400000, 'chai',
       case (n + k) % 4 when 0 then 'REMOVED' else 'ON_SALE' end
from generate_series(1, :products) n, generate_series(0, 2) k;

insert into fair (id, name, label, year, kind, status, reported_by_id, province_id, held_from, held_to)
select ('00000000-0000-7000-8007-' || lpad(to_hex(n), 12, '0'))::uuid, 'Hội chợ ' || pg_temp.brand(n), 'hoi cho ' || n,
       2015 + n % 10, 'FAIR', 'HELD', ('00000000-0000-7000-8000-' || lpad(to_hex(n % 34 + 1), 12, '0'))::uuid,
       ('00000000-0000-7000-8000-' || lpad(to_hex(n % 34 + 1), 12, '0'))::uuid, date '2015-01-01' + n, date '2015-01-04' + n
from generate_series(1, 2000) n;

insert into fair_participation (id, fair_id, producer_id, sales)
select ('00000000-0000-7000-8008-' || lpad(to_hex(n * 100 + k), 12, '0'))::uuid,
       ('00000000-0000-7000-8007-' || lpad(to_hex(n), 12, '0'))::uuid,
       ('00000000-0000-7000-8003-' || lpad(to_hex((n * 131 + k * 271) % (:products * 3 / 10) + 1), 12, '0'))::uuid,
       1000000 + (n * 37 + k * 101) % 90000000
from generate_series(1, 2000) n, generate_series(0, 99) k;

insert into supply_offer (id, producer_id, product_id, capacity, capacity_unit, wholesale_price, price_unit, updated_on)
select ('00000000-0000-7000-8009-' || lpad(to_hex(n * 5 + k), 12, '0'))::uuid,
       ('00000000-0000-7000-8003-' || lpad(to_hex(n * 3 / 10 % (:products * 3 / 10) + 1), 12, '0'))::uuid,
       ('00000000-0000-7000-8004-' || lpad(to_hex(n), 12, '0'))::uuid, 100 + (n * 13 + k * 7) % 5000, 'kg',
       10000 + (n * 41 + k * 3) % 300000, 'kg', date '2023-01-01' + (n * 17 + k * 211) % 1000
from generate_series(1, :products) n, generate_series(0, 4) k;

do $$
declare one text;
begin
    for one in select back from dropped loop
        execute one;
    end loop;
end
$$;

select product_stars_compute(array(select id from product)), -- its triggers are off
       product_recognised_stars_compute(array(select id from product)),
       recognition_kinds_compute(array(select id from product)),
       recognition_outcomes_compute(array(select id from product));
commit;
vacuum analyze;

-- For pgbench, which has no arrays of its own: the ids of list number n, and the names of goods.
create table load_list (n integer primary key, ids uuid[] not null);
insert into load_list
select n, array(
    select ('00000000-0000-7000-8004-' || lpad(to_hex((n + k * 4999) % :products + 1), 12, '0'))::uuid
    from generate_series(0, 19) k
)
from generate_series(1, :products) n;
create table load_goods as
select n::integer, name
from unnest(string_to_array('Mật ong,Gạo,Trà,Cà phê,Nước mắm,Mắm nêm,Mắm ruốc,Bột sen,Hạt sen,Ngũ cốc,Bánh tráng,Bánh đậu xanh,Bún khô,Phở khô,Mì gạo,Rau má,Bưởi da xanh,Xoài cát,Sầu riêng,Chuối sấy,Mít sấy,Khoai lang dẻo,Tinh dầu sả,Tinh dầu tràm,Tinh bột nghệ,Rượu nếp,Rượu cần,Hạt điều,Hạt tiêu,Hồ tiêu đen,Đông trùng hạ thảo,Nấm linh chi,Nấm rơm,Trứng vịt muối,Khô cá lóc,Khô bò,Chả cá,Chả lụa,Nem chua,Lạp xưởng,Dưa cải,Tương ớt,Muối ớt,Dầu phộng,Dầu dừa,Kẹo dừa,Thạch dừa,Chiếu cói,Gốm,Đèn lồng', ',')) with ordinality as goods (name, n);
create unique index on load_goods (n);
analyze load_list, load_goods;
