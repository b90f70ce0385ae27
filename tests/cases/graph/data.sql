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
