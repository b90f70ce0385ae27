-- Numbers and codes on invented papers. Ids end in what they stand for.

insert into producer (id, name, kind, commune_now_id) values
('01900000-0000-7000-8000-00000000a101', 'HTX Nông nghiệp Duy Sơn Một', 'COOPERATIVE',
 (select id from admin_unit where level = 'COMMUNE' and code = '20623' and valid_from = '2025-07-01')),
('01900000-0000-7000-8000-00000000a102', 'Hộ kinh doanh Nguyễn Thị Bưởi', 'HOUSEHOLD_BUSINESS', null);
insert into product (id, name, producer_id) values
('01900000-0000-7000-8000-00000000b101', 'Gạo hữu cơ Duy Sơn', '01900000-0000-7000-8000-00000000a101'),
('01900000-0000-7000-8000-00000000b102', 'Bưởi sấy Nguyễn Thị Bưởi', '01900000-0000-7000-8000-00000000a102'),
('01900000-0000-7000-8000-00000000b103', 'Trà lá sen', '01900000-0000-7000-8000-00000000a101');
insert into recognition (id, product_id, stars, potential_five_star, decision_number, decided_on, decided_year, revoked_on, issuer_id) values
-- one decision of two products, of which one was taken back
('01900000-0000-7000-8000-00000000c101', '01900000-0000-7000-8000-00000000b101', 4, false, '2555/QĐ-UBND', '2098-12-20', 2098, null,
 (select id from admin_unit where level = 'PROVINCE' and code = '48' and valid_to is null)),
('01900000-0000-7000-8000-00000000c102', '01900000-0000-7000-8000-00000000b101', 3, false, '77/QĐ-UBND', '2019-03-01', 2019, null, null),
('01900000-0000-7000-8000-00000000c103', '01900000-0000-7000-8000-00000000b102', 3, false, '78/QĐ-UBND', '2025-03-01', 2025, '2025-09-01', null),
-- one number in two years
('01900000-0000-7000-8000-00000000c104', '01900000-0000-7000-8000-00000000b102', 3, false, '100/QĐ-UBND', '2018-05-05', 2018, null, null),
('01900000-0000-7000-8000-00000000c105', '01900000-0000-7000-8000-00000000b103', 3, false, '100/QĐ-UBND', '2019-05-05', 2019, null, null),
-- one number of two authorities
('01900000-0000-7000-8000-00000000c106', '01900000-0000-7000-8000-00000000b102', 3, false, '79/QĐ-UBND', '2020-05-05', 2020, null, null),
('01900000-0000-7000-8000-00000000c107', '01900000-0000-7000-8000-00000000b103', 3, false, '79/QĐ-SNN', '2021-05-05', 2021, null, null);
insert into quality_certificate (id, holder_id, standard, number, issuer, issued_on, issued_year, expires_on) values
('01900000-0000-7000-8000-00000000d101', '01900000-0000-7000-8000-00000000a101', 'ORGANIC', 'HC 0801-2024', 'Trung tâm Chứng nhận Mây', '2024-01-01', 2024, '2099-12-31'),
('01900000-0000-7000-8000-00000000d102', '01900000-0000-7000-8000-00000000a101', 'HACCP', 'HA-2020-7', 'Trung tâm Chứng nhận Mây', '2020-01-01', 2020, '2023-01-01'),
('01900000-0000-7000-8000-00000000d103', '01900000-0000-7000-8000-00000000a102', 'VIETGAP', 'VG-9', null, null, 2021, null),
('01900000-0000-7000-8000-00000000d104', '01900000-0000-7000-8000-00000000a102', 'VIETGAP', '049180001234', null, '2024-01-01', 2024, '2099-12-31'),
('01900000-0000-7000-8000-00000000d105', '01900000-0000-7000-8000-00000000a102', 'VIETGAP', 'VG-10', null, '2099-01-01', 2099, '2100-12-31');
insert into growing_area (id, code, name, holder_id, granted_on, granted_year, status) values
('01900000-0000-7000-8000-00000000e101', 'VN-QNADA-00101', 'Vùng trồng lúa Duy Sơn', '01900000-0000-7000-8000-00000000a101', '2022-08-19', 2022, 'ACTIVE'),
('01900000-0000-7000-8000-00000000e102', 'VN-QNADA-00102', 'Vùng trồng bưởi', '01900000-0000-7000-8000-00000000a102', '2022-08-19', 2022, 'WITHDRAWN'),
('01900000-0000-7000-8000-00000000e103', 'VN-QNADA-00103', 'Vùng trồng sen', null, '2022-08-19', 2022, 'SUSPENDED');
insert into retail_partner (id, name, kind) values ('01900000-0000-7000-8000-00000000f101', 'Siêu thị Mây Trắng', 'SUPERMARKET');
insert into agreement (id, kind, number, partner_id, signed_on, signed_year, valid_until, status) values
('01900000-0000-7000-8000-00000000f201', 'CONTRACT', '25/HĐ-2024', '01900000-0000-7000-8000-00000000f101', '2024-07-25', 2024, '2099-07-25', 'ACTIVE'),
('01900000-0000-7000-8000-00000000f202', 'CONTRACT', '26/HĐ-2024', '01900000-0000-7000-8000-00000000f101', '2024-07-25', 2024, null, 'ENDED');

-- who says so of the organic certificate
insert into import (id, sha256, file_name, bytes, register, register_version, scope, mode, office, agency_id, as_of, received_at, state)
values ('01900000-0000-7000-8000-000000000901', '\x01', 'cc.csv', '', 'quality_certificates', '1', 'quality_certificates/AGRICULTURE/49', 'snapshot', 'AGRICULTURE',
 (select id from agency where kind = 'AGRICULTURE' and name like '%Quảng Nam' and valid_to = '2025-07-01'), '2025-06-30', '2025-07-02T03:04:05Z', 'APPLIED');
insert into source_record (id, import_id, sheet, row_no, entity, key, node_id, observed_on, fields, refs, evidence)
values ('01900000-0000-7000-8000-000000000902', '01900000-0000-7000-8000-000000000901', 'CC', 9, 'QualityCertificate', 'HC', node_id('QualityCertificate', 'q', 'HC'), '2025-06-30', '{}', '{}', '{}');
insert into entity_member (record_id, entity, entity_id, chosen)
values ('01900000-0000-7000-8000-000000000902', 'QualityCertificate', '01900000-0000-7000-8000-00000000d101', '{number}');
