-- A few rows for the graph's cases, on top of the reference data. Ids end in what they stand for.

insert into producer (id, name, kind, tax_code, commune_then_id, commune_now_id, district_then_id, place_resolution, founded_year, phone, representative)
values
('01900000-0000-7000-8000-0000000000a1', 'HTX Nông nghiệp xanh Duy Oanh', 'COOPERATIVE', '9940000277',
 (select id from admin_unit where level = 'COMMUNE' and code = '20620' and valid_to = '2025-07-01'),
 (select id from admin_unit where level = 'COMMUNE' and code = '20623' and valid_from = '2025-07-01'),
 (select id from admin_unit where level = 'DISTRICT' and code = '508' and valid_to = '2025-07-01'), 'EXACT', 2019, '0900000001', 'Trần Thị Châu'),
('01900000-0000-7000-8000-0000000000a2', 'Hộ kinh doanh Trần Thị Châu', 'HOUSEHOLD_BUSINESS', '049180001234', null, null, null, null, null, '0900000002', null);

insert into product (id, name, packing, group_id, producer_id) values
('01900000-0000-7000-8000-0000000000b1', 'Ngũ cốc Duy Oanh', 'hộp 500g',
 (select id from product_group where scheme = 'QD148' and level = 'GROUP' and number = 1), '01900000-0000-7000-8000-0000000000a1'),
('01900000-0000-7000-8000-0000000000b2', 'Bột sen Duy Oanh', null, null, '01900000-0000-7000-8000-0000000000a1'),
('01900000-0000-7000-8000-0000000000b3', 'Chè dây rừng', null, null, '01900000-0000-7000-8000-0000000000a2');

insert into recognition (id, product_id, stars, potential_five_star, score, stated_kind, decision_number, decided_on, decided_year) values
('01900000-0000-7000-8000-0000000000c1', '01900000-0000-7000-8000-0000000000b1', 3, false, 65.5, 'NEW', '787/QĐ-UBND', '2020-12-28', 2020),
('01900000-0000-7000-8000-0000000000c2', '01900000-0000-7000-8000-0000000000b1', 4, false, 80.25, 'RENEWED', '2555/QĐ-UBND', '2023-12-20', 2023),
('01900000-0000-7000-8000-0000000000c3', '01900000-0000-7000-8000-0000000000b2', 3, true, null, 'NEW', null, null, 2019);

insert into retail_partner (id, name, legal_name, kind) values
('01900000-0000-7000-8000-0000000000d1', 'GO!', 'Tập đoàn Central Retail', 'SUPERMARKET'),
('01900000-0000-7000-8000-0000000000d2', 'Postmart', null, 'E_COMMERCE');

insert into listing (id, product_id, partner_id, started_on, ended_on, price, unit, status, checked_on) values
('01900000-0000-7000-8000-0000000000e1', '01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-0000000000d1', '2022-05-01', null, 115500, 'hộp', 'ON_SALE', '2025-12-10'),
('01900000-0000-7000-8000-0000000000e2', '01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-0000000000d2', '2024-01-15', '2025-01-15', 120000, 'hộp', 'REMOVED', '2025-12-10'),
('01900000-0000-7000-8000-0000000000e3', '01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-0000000000d2', null, null, null, null, null, null),
('01900000-0000-7000-8000-0000000000e4', '01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-0000000000d2', '2022-05-01', null, 99000.5, 'hộp', 'ON_SALE', '2025-12-10');

insert into import (id, sha256, file_name, bytes, register, register_version, scope, mode, office, agency_id, as_of, received_at, state)
values ('01900000-0000-7000-8000-0000000000f1', '\x00', 'ds.csv', '', 'cooperatives', '1', 'cooperatives/AGRICULTURE/49', 'snapshot', 'AGRICULTURE',
 (select id from agency where kind = 'AGRICULTURE' and name like '%Quảng Nam' and valid_to = '2025-07-01'), '2025-06-30', '2025-07-02T03:04:05Z', 'APPLIED');
insert into source_record (id, import_id, sheet, row_no, entity, key, node_id, observed_on, fields, refs, evidence)
values ('01900000-0000-7000-8000-0000000000f2', '01900000-0000-7000-8000-0000000000f1', 'HTX', 9, 'Producer', 'QN1', node_id('Producer', 'cooperatives/AGRICULTURE/49', 'QN1'), '2025-06-30',
 '{"name": "HTX Nông nghiệp xanh Duy Oanh", "phone": "0900000001"}', '{}', '{}');
insert into node (id, entity, scope, key, entity_id, own_id, standing, block_keys)
values (node_id('Producer', 'cooperatives/AGRICULTURE/49', 'QN1'), 'Producer', 'cooperatives/AGRICULTURE/49', 'QN1', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000a1', true, '{}');
insert into entity_member (record_id, entity, entity_id, chosen)
values ('01900000-0000-7000-8000-0000000000f2', 'Producer', '01900000-0000-7000-8000-0000000000a1', '{name,phone}');

insert into growing_area (id, code, name, crop, area_hectares, standard, holder_id, commune_now_id, granted_on, granted_year, status) values
('01900000-0000-7000-8000-000000000101', 'VN-QNADA-00001', 'Vùng trồng đậu Duy Sơn', 'Đậu phộng', 14.2, 'VIETGAP', '01900000-0000-7000-8000-0000000000a1',
 (select id from admin_unit where level = 'COMMUNE' and code = '20623' and valid_from = '2025-07-01'), '2022-08-19', 2022, 'ACTIVE'),
('01900000-0000-7000-8000-000000000102', 'VN-QNADA-00002', 'Vùng trồng đậu Duy Trinh', 'Đậu phộng', null, null, null, null, null, 2021, 'WITHDRAWN');

insert into value_chain (id, code, name, lead_id, started_year, circular, green, status) values
('01900000-0000-7000-8000-000000000111', 'LK001', 'Chuỗi ngũ cốc', '01900000-0000-7000-8000-0000000000a1', 2023, true, false, 'ACTIVE');

insert into chain_area (id, chain_id, code, growing_area_id) values
('01900000-0000-7000-8000-000000000121', '01900000-0000-7000-8000-000000000111', 'VN-QNADA-00001', '01900000-0000-7000-8000-000000000101'),
('01900000-0000-7000-8000-000000000122', '01900000-0000-7000-8000-000000000111', 'VN-QNADA-09999', null);

insert into chain_member (id, chain_id, producer_id, role, joined_year) values
('01900000-0000-7000-8000-000000000131', '01900000-0000-7000-8000-000000000111', '01900000-0000-7000-8000-0000000000a1', 'PRODUCTION', 2023),
('01900000-0000-7000-8000-000000000132', '01900000-0000-7000-8000-000000000111', '01900000-0000-7000-8000-0000000000a2', 'DISTRIBUTION', 2024);

insert into chain_contract (id, chain_id, number, buyer_name, buyer_id, seller_name, seller_id, signed_on, signed_year, value, tonnes, valid_until) values
('01900000-0000-7000-8000-000000000141', '01900000-0000-7000-8000-000000000111', '25/2023/HĐLK', 'Hộ kinh doanh Trần Thị Châu', '01900000-0000-7000-8000-0000000000a2',
 'HTX Nông nghiệp xanh Duy Oanh', '01900000-0000-7000-8000-0000000000a1', '2023-10-03', 2023, 4560000000, 120, '2026-10-03');

insert into quality_certificate (id, holder_id, standard, stated_standard, number, scope, issued_on, issued_year, expires_on) values
('01900000-0000-7000-8000-000000000151', '01900000-0000-7000-8000-0000000000a1', 'ORGANIC', 'hữu cơ (TCVN)', 'VG-1', 'Đậu', '2024-01-01', 2024, '2099-12-31'),
('01900000-0000-7000-8000-000000000152', '01900000-0000-7000-8000-0000000000a1', 'HACCP', 'HACCP', 'VG-2', 'Bột', null, 2019, '2022-01-01'),
('01900000-0000-7000-8000-000000000153', '01900000-0000-7000-8000-0000000000a2', 'OTHER', 'riêng', null, null, null, 2019, null);

insert into craft_village (id, name, kind, craft, recognised_year, households) values
('01900000-0000-7000-8000-000000000161', 'Làng nghề bột Duy Sơn', 'TRADITIONAL_CRAFT_VILLAGE', 'làm bột', 2014, 108);

insert into craft_village_product (id, village_id, stated_name, stated_maker, product_id) values
('01900000-0000-7000-8000-000000000171', '01900000-0000-7000-8000-000000000161', 'Bột sen', 'Duy Oanh', '01900000-0000-7000-8000-0000000000b2'),
('01900000-0000-7000-8000-000000000172', '01900000-0000-7000-8000-000000000161', 'Chè dây', 'Trần Thị Châu', null);

insert into sales_point (id, name, kind, setting, operator_name, operator_id, opened_on, opened_year, closed_on, status, product_count) values
('01900000-0000-7000-8000-000000000181', 'Quầy OCOP Duy Sơn', 'COUNTER', 'TOURISM', 'Hộ kinh doanh Trần Thị Châu', '01900000-0000-7000-8000-0000000000a2', '2020-05-10', 2020, '2022-11-20', 'CLOSED', 147);

insert into programme_target (id, year, unit_id, stated_scope, indicator, indicator_code, measure, measure_kind, operator, planned, planned_up_to, stated_plan, actual, stated_percent) values
('01900000-0000-7000-8000-000000000191', 2023, (select id from admin_unit where level = 'DISTRICT' and code = '508' and valid_to = '2025-07-01'),
 'Duy Xuyên', 'Sản phẩm 4 sao', 'PRODUCTS_FOUR_STARS', 'sản phẩm', 'COUNT', 'RANGE', 10, 15, '10-15', 12, 120);

insert into dossier (id, product_id, producer_id, year, round, stage, state, score_a, score_b, score_c, score, submitted_on) values
('01900000-0000-7000-8000-0000000001a1', '01900000-0000-7000-8000-0000000000b3', '01900000-0000-7000-8000-0000000000a2', 2024, 1, 'EVALUATION', 'RANKED_BY_PROVINCE', 31, 24, 38, 93, '2024-06-05');

insert into fair (id, code, name, label, series, season, year, kind, status, reported_by_id, province_id, region, planned_time, planned_from, planned_to, planned_precision,
 held_time, held_from, held_to, held_precision, booths_held, participants, revenue, revenue_qualifier, revenue_text, visits, visits_qualifier, visits_text)
values
('01900000-0000-7000-8000-000000000201', 'XT22-005', 'Tuần Xúc tiến tiêu thụ sản phẩm OCOP', 'Tuần Xúc tiến tiêu thụ sản phẩm OCOP 2022', 'Tuần Xúc tiến tiêu thụ sản phẩm OCOP', null, 2022,
 'PROMOTION_WEEK', 'HELD', (select id from admin_unit where level = 'PROVINCE' and code = '22' and valid_to is not null limit 1),
 (select id from admin_unit where level = 'PROVINCE' and code = '22' and valid_to is not null limit 1), 'Quảng Ninh', 'Quý II/2022', '2022-04-01', '2022-06-30', 'QUARTER',
 'Năm 2022', '2022-01-01', '2022-12-31', 'YEAR', null, 30, 1600000000, 'UNDER', 'gần 1,6 tỷ đồng', 13000, 'UNDER', 'gần 13.000 lượt'),
('01900000-0000-7000-8000-000000000202', null, 'Hội chợ Thương mại Hè 2023', 'Hội chợ Thương mại Hè 2023', 'Hội chợ Thương mại', 'SUMMER', 2023, 'FAIR', 'CANCELLED',
 (select id from admin_unit where level = 'PROVINCE' and code = '22' and valid_to is not null limit 1), null, null, 'Tháng 5/2023', '2023-05-01', '2023-05-31', 'MONTH',
 null, null, null, null, null, null, null, null, null, null, null, null);

insert into fair_venue (id, fair_id, name) values
('01900000-0000-7000-8000-000000000211', '01900000-0000-7000-8000-000000000201', 'Siêu thị GO! Hạ Long'),
('01900000-0000-7000-8000-000000000212', '01900000-0000-7000-8000-000000000201', 'Dãy phố cổ, Công viên Hạ Long Park');

insert into fair_organiser (id, fair_id, name, agency_id, role) values
('01900000-0000-7000-8000-000000000221', '01900000-0000-7000-8000-000000000201', 'Sở Công Thương', null, 'LEAD'),
('01900000-0000-7000-8000-000000000222', '01900000-0000-7000-8000-000000000201', 'Hội Nông dân', null, 'PARTNER');

insert into fair_participation (id, fair_id, producer_id, products_text, sales, memorandum_partner_id, memorandum_value, memorandum_signed_on) values
('01900000-0000-7000-8000-000000000231', '01900000-0000-7000-8000-000000000201', '01900000-0000-7000-8000-0000000000a1', 'Ngũ cốc; Bột sen', 12900000,
 '01900000-0000-7000-8000-0000000000d1', 2360000000, '2022-06-22'),
('01900000-0000-7000-8000-000000000232', '01900000-0000-7000-8000-000000000201', '01900000-0000-7000-8000-0000000000a2', 'Chè dây', null, null, null, null);

insert into fair_exhibit (id, participation_id, product_id) values
('01900000-0000-7000-8000-000000000241', '01900000-0000-7000-8000-000000000231', '01900000-0000-7000-8000-0000000000b1'),
('01900000-0000-7000-8000-000000000242', '01900000-0000-7000-8000-000000000231', '01900000-0000-7000-8000-0000000000b2');

insert into agreement (id, kind, number, partner_id, producer_id, party, scope, signed_on, signed_year, valid_until, status, value, fair_id) values
('01900000-0000-7000-8000-000000000251', 'MEMORANDUM', null, '01900000-0000-7000-8000-0000000000d1', '01900000-0000-7000-8000-0000000000a1', null, null, '2022-06-22', 2022, null, null, 2360000000,
 '01900000-0000-7000-8000-000000000201'),
('01900000-0000-7000-8000-000000000252', 'CONTRACT', '25/HĐ-2024', '01900000-0000-7000-8000-0000000000d1', null, 'Sở Công Thương', 'Tiêu thụ sản phẩm OCOP', null, 2024, '2027-07-25', 'ACTIVE', null, null);

insert into agreement_product (id, agreement_id, product_id) values
('01900000-0000-7000-8000-000000000261', '01900000-0000-7000-8000-000000000252', '01900000-0000-7000-8000-0000000000b1');

insert into store (id, partner_id, name, address) values
('01900000-0000-7000-8000-000000000271', '01900000-0000-7000-8000-0000000000d1', 'GO! Hạ Long', 'TP. Hạ Long');

insert into supply_offer (id, producer_id, product_id, capacity, capacity_unit, capacity_text, months, all_year, season_text, minimum_order, minimum_order_unit, wholesale_price, price_unit,
 shelf_life_days, shelf_life_text, updated_on) values
('01900000-0000-7000-8000-000000000281', '01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000b1', 1200, 'kg', '1,2 tấn', '[8]', false, 'T8', 50, 'kg',
 76500, 'kg', 548, '1,5 năm', '2025-06-05');

insert into business_result (id, producer_id, year, period, revenue, profit, labour, members) values
('01900000-0000-7000-8000-000000000291', '01900000-0000-7000-8000-0000000000a1', 2024, 'YEAR', 25810000000, -12000000, 46, 31),
('01900000-0000-7000-8000-000000000292', '01900000-0000-7000-8000-0000000000a1', 2025, 'FIRST_HALF', 9000000000, null, null, null);

-- Codes of the national OCOP system; the last was given twice.
update product set code = '83-829-28780-3-2022', processing_level = 'DEEP', local_material_share = 80
where id = '01900000-0000-7000-8000-0000000000b1';
update product set code = '83-829-28780-4-2022'
where id in ('01900000-0000-7000-8000-0000000000b2', '01900000-0000-7000-8000-0000000000b3');
