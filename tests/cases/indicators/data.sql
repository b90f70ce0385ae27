-- Rows for the cases of indicators, on top of the reference data: 12 producers in five districts of before July 2025
-- (two of them in the Đồng Tháp of then), 36 products with recognitions of 2019 to 2024, listings, points of sale,
-- chains, villages, events, targets. Everything follows from numbers by arithmetic; ids end in them.

create function of_number(kind integer, n integer) returns uuid language sql immutable as
$$ select ('01900000-0000-7000-8' || lpad(to_hex(kind), 3, '0') || '-' || lpad(to_hex(n), 12, '0'))::uuid $$;

-- The n-th commune of a district of before, and the commune of today it became.
create view then_and_now as
select d.code as district, d.id as district_id, u.id as then_id, s.to_id as now_id,
       row_number() over (partition by d.code order by u.code) as place
from admin_unit d
join admin_unit u on u.parent_id = d.id and u.valid_to = '2025-07-01'
join admin_unit_succession s on s.from_id = u.id and s.is_default
where d.level = 'DISTRICT' and d.code in ('506', '508', '509', '877', '873');

insert into producer (id, name, kind, commune_then_id, commune_now_id, district_then_id, place_resolution)
select of_number(1, n), 'Chủ thể số ' || n,
       (array['COOPERATIVE', 'COMPANY', 'HOUSEHOLD_BUSINESS', 'COOPERATIVE_GROUP'])[1 + n % 4],
       c.then_id, c.now_id, c.district_id, 'EXACT'
from generate_series(1, 12) n
join then_and_now c on c.district = (array['506', '508', '509', '877', '873'])[1 + n % 5] and c.place = 1 + n / 5;

insert into product (id, name, producer_id, group_id, joined_year, left_year)
select of_number(2, n), 'Sản phẩm số ' || n, of_number(1, 1 + n % 12),
       (select id from product_group where scheme = 'QD148' and level = 'GROUP' and number = 1 + n % 6),
       2019 + n % 5, case when n % 17 = 0 then 2023 end
from generate_series(1, 36) n;

-- First decisions: one a product, from June 2019 on, six a year; every ninth is withdrawn after 20 months.
insert into recognition (id, product_id, stars, potential_five_star, stated_kind, decision_number, decided_on, decided_year, revoked_on)
select of_number(3, n), of_number(2, n), 3 + (n % 3) / 2, n = 8, 'NEW', n || '/QĐ-UBND', d, extract(year from d),
       case when n % 9 = 0 then (d + interval '20 months')::date end
from generate_series(1, 34) n, lateral (select ('2019-06-10'::date + n * 55) as d) x;

-- Second decisions three years later, some a month late: of two in three of those of 2019 and 2020.
insert into recognition (id, product_id, stars, potential_five_star, stated_kind, decision_number, decided_on, decided_year)
select of_number(4, n), of_number(2, n), least(5, r.stars + case when n % 4 = 0 then 1 else 0 end), false, 'RENEWED',
       n || '/QĐ-UBND-2', d, extract(year from d)
from generate_series(1, 10) n
join recognition r on r.id = of_number(3, n),
lateral (select (r.decided_on + interval '36 months' + (n % 3) * interval '20 days')::date as d) x
where n % 3 > 0;

-- One decision of which only the year is known.
insert into recognition (id, product_id, stars, potential_five_star, stated_kind, decided_on, decided_year)
values (of_number(3, 35), of_number(2, 35), 3, false, 'NEW', null, 2021);

insert into dossier (id, product_id, producer_id, year, stage, state, submitted_on)
values (of_number(5, 3), of_number(2, 3), of_number(1, 4), 2022, 'EVALUATION', 'FAILED', '2022-09-01'),
       (of_number(5, 36), of_number(2, 36), of_number(1, 1), 2023, 'DOSSIER', 'SENT_TO_CENTRE', '2023-03-01'),
       (of_number(5, 30), of_number(2, 30), of_number(1, 7), 2023, 'RECOGNITION', 'RANKED', '2023-05-01');

insert into retail_partner (id, name, kind) values
(of_number(6, 1), 'Sàn Thử Nghiệm', 'E_COMMERCE'), (of_number(6, 2), 'Siêu thị Thử Nghiệm', 'SUPERMARKET');
insert into listing (id, product_id, partner_id, started_on, ended_on, status)
select of_number(7, n), of_number(2, n), of_number(6, 1 + n % 2), '2022-01-15'::date + n * 20,
       case when n % 5 = 0 then '2023-10-31'::date end, 'ON_SALE'
from generate_series(1, 24) n;

insert into sales_point (id, name, kind, district_then_id, commune_then_id, commune_now_id, opened_on, opened_year, closed_on, status, tourist_site)
select of_number(8, n), 'Điểm bán số ' || n, (array['POINT', 'CENTRE', 'COUNTER'])[1 + n % 3], c.district_id, c.then_id, c.now_id,
       '2021-03-01'::date + n * 90, 2021, case when n = 2 then '2023-06-30'::date end,
       case when n = 2 then 'CLOSED' else 'OPEN' end, case when n % 3 = 2 then 'Điểm du lịch số ' || n end
from generate_series(1, 6) n
join then_and_now c on c.district = (array['506', '508', '877'])[1 + n % 3] and c.place = n;

insert into value_chain (id, code, name, lead_id, district_then_id, commune_then_id, commune_now_id, started_on, started_year, circular, green, status)
select of_number(9, n), 'CH' || n, 'Chuỗi số ' || n, of_number(1, n), c.district_id, c.then_id, c.now_id,
       make_date(2019 + n, 4, 1), 2019 + n, n % 2 = 0, false, 'ACTIVE'
from generate_series(1, 5) n
join then_and_now c on c.district = (array['506', '508', '509', '877', '873'])[n] and c.place = 2;

insert into craft_village (id, name, kind, district_then_id, commune_then_id, commune_now_id, recognised_year)
select of_number(10, n), 'Làng nghề số ' || n, 'CRAFT_VILLAGE', c.district_id, c.then_id, c.now_id, 2010 + n
from generate_series(1, 3) n
join then_and_now c on c.district = (array['506', '508', '877'])[n] and c.place = 3;
insert into craft_village_product (id, village_id, stated_name, product_id)
values (of_number(11, 1), of_number(10, 1), 'Sản phẩm số 31', of_number(2, 31));

insert into quality_certificate (id, holder_id, standard, number, issued_on, issued_year, expires_on)
select of_number(12, n), of_number(1, n), (array['VIETGAP', 'HACCP'])[1 + n % 2], 'GCN-' || n,
       make_date(2021, n, 15), 2021, make_date(2024, n, 14)
from generate_series(1, 6) n;

insert into business_result (id, producer_id, year, period, revenue)
select of_number(13, n * 10 + y), of_number(1, n), 2020 + y, 'YEAR', (1 + y * (n % 4)) * 100000000
from generate_series(1, 9) n, generate_series(0, 4) y;

insert into fair (id, name, label, year, kind, status, reported_by_id, province_id, country, held_from, held_to, planned_from, planned_to, planned_precision, revenue, visits)
select of_number(14, n), 'Hội chợ số ' || n, 'Hội chợ số ' || n || ' năm 2023', 2023, case when n = 4 then 'MISSION_ABROAD' else 'FAIR' end,
       case when n = 5 then 'CANCELLED' else 'HELD' end, q.id,
       case when n < 3 then q.id when n = 3 then d.id end, case when n = 4 then 'Lào' end,
       case when n < 5 then make_date(2023, n * 2, 10) end, case when n < 5 then make_date(2023, n * 2, 14) end,
       make_date(2023, n * 2, 1), make_date(2023, n * 2, 28), 'MONTH', case when n < 3 then n * 250000000 end, case when n < 5 then n * 1000 end
from generate_series(1, 5) n,
     (select id from admin_unit where level = 'PROVINCE' and code = '49') q,
     (select id from admin_unit where level = 'PROVINCE' and code = '48' and valid_to = '2025-07-01') d;

insert into programme_target (id, year, unit_id, stated_scope, indicator, indicator_code, measure_kind, operator, planned, planned_up_to, actual)
select of_number(15, n), year, u.id, u.name, words, t.code, measure, operator, planned, up_to, actual
from (values
    (1, 2023, '49', 'Sản phẩm công nhận mới', 'PRODUCTS_RECOGNISED', 'COUNT', 'AT_LEAST', 3, null, 4),
    (2, 2023, '49', 'Sản phẩm 4 sao', 'PRODUCTS_FOUR_STARS', 'COUNT', 'RANGE', 1, 2, null),
    (3, 2023, '49', 'Huyện có điểm bán', 'UNITS_WITH_SALES_POINT', 'COUNT', 'EXACTLY', 18, null, 18),
    (4, 2023, '49', 'Tỷ lệ chủ thể là doanh nghiệp', 'PRODUCERS_ENTERPRISES', 'PERCENT', 'AT_LEAST', 30, null, null),
    (5, 2023, '49', 'Doanh thu tăng lên đến 1,5 lần', 'REVENUE_GROWTH', 'TIMES', 'UP_TO', 1.5, null, null),
    (6, 2023, '49', 'Lớp tập huấn', 'TRAINING_COURSES', 'COUNT', 'AT_LEAST', 2, null, 2),
    (7, 2023, '49', 'Hội chợ OCOP trong tỉnh', 'FAIRS', 'COUNT', 'AT_LEAST', 2, null, 2),
    (8, 2025, '506', 'Điểm bán hàng', 'SALES_POINTS', 'COUNT', 'EXACTLY', 2, null, null),
    (9, 2025, '506', 'Nội dung chưa rõ', null, 'COUNT', 'AT_LEAST', 1, null, null),
    (10, 2025, '49', 'Lớp tập huấn', 'TRAINING_COURSES', 'COUNT', 'AT_LEAST', 2, null, null),
    (11, 2025, '49', 'Huyện có điểm bán', 'UNITS_WITH_SALES_POINT', 'COUNT', 'EXACTLY', 18, null, null),
    (12, 2025, '22', 'Sản phẩm công nhận mới', 'PRODUCTS_RECOGNISED', 'COUNT', 'AT_LEAST', 2, null, null),
    (13, 2025, '413', 'Sản phẩm công nhận mới', 'PRODUCTS_RECOGNISED', 'COUNT', 'AT_LEAST', 2, null, null),
    (14, 2027, '22', 'Sản phẩm công nhận mới', 'PRODUCTS_RECOGNISED', 'COUNT', 'AT_LEAST', 2, null, null)
) as t (n, year, unit, words, code, measure, operator, planned, up_to, actual)
join admin_unit u on u.code = t.unit and u.valid_to <= '2025-07-01' and u.level = case when length(t.unit) = 2 then 'PROVINCE' else 'DISTRICT' end;
