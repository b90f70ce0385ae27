-- Offers of rice and fish sauce by invented producers. Ids end in what they stand for.

insert into producer (id, name, kind, commune_now_id, representative) values
('01900000-0000-7000-8000-00000000a001', 'HTX Nông nghiệp Duy Sơn Một', 'COOPERATIVE',
 (select id from admin_unit where level = 'COMMUNE' and code = '20623' and valid_from = '2025-07-01'), 'Lê Văn Tám'),
('01900000-0000-7000-8000-00000000a002', 'Công ty TNHH Gạo Hương Quê', 'COMPANY',
 (select id from admin_unit where level = 'COMMUNE' and code = '20413' and valid_from = '2025-07-01'), null),
('01900000-0000-7000-8000-00000000a003', 'Hộ kinh doanh Nguyễn Thị Bưởi', 'HOUSEHOLD_BUSINESS', null, null);

insert into product (id, name, group_id, producer_id) values
('01900000-0000-7000-8000-00000000b001', 'Gạo hữu cơ Duy Sơn',
 (select id from product_group where scheme = 'QD148' and level = 'SUBGROUP' and number = 3), '01900000-0000-7000-8000-00000000a001'),
('01900000-0000-7000-8000-00000000b002', 'Gạo lứt Hương Quê',
 (select id from product_group where scheme = 'QD1048' and level = 'SUBGROUP' and number = 3), '01900000-0000-7000-8000-00000000a002'),
('01900000-0000-7000-8000-00000000b003', 'Gạo nếp bà Bưởi',
 (select id from product_group where scheme = 'QD148' and level = 'SUBGROUP' and number = 3), '01900000-0000-7000-8000-00000000a003'),
('01900000-0000-7000-8000-00000000b004', 'Nước mắm cá cơm Hương Quê',
 (select id from product_group where scheme = 'QD148' and level = 'SUBGROUP' and number = 9), '01900000-0000-7000-8000-00000000a002'),
('01900000-0000-7000-8000-00000000b005', 'Gạo thơm Hương Quê',
 (select id from product_group where scheme = 'QD148' and level = 'GROUP' and number = 1), '01900000-0000-7000-8000-00000000a002');

insert into recognition (id, product_id, stars, potential_five_star, decision_number, decided_on, decided_year, revoked_on) values
('01900000-0000-7000-8000-00000000c001', '01900000-0000-7000-8000-00000000b001', 4, false, '11/QĐ-UBND', '2025-06-01', 2025, null),
-- its stars run out on 2027-03-10
('01900000-0000-7000-8000-00000000c002', '01900000-0000-7000-8000-00000000b002', 4, false, '12/QĐ-UBND', '2024-03-10', 2024, null),
('01900000-0000-7000-8000-00000000c003', '01900000-0000-7000-8000-00000000b004', 3, false, '13/QĐ-UBND', '2025-05-05', 2025, null),
-- revoked from 2026-02-01 on
('01900000-0000-7000-8000-00000000c005', '01900000-0000-7000-8000-00000000b005', 5, false, '14/QĐ-UBND', '2025-05-05', 2025, '2026-02-01');

insert into quality_certificate (id, holder_id, standard, number, issued_on, issued_year, expires_on) values
('01900000-0000-7000-8000-00000000d001', '01900000-0000-7000-8000-00000000a001', 'ORGANIC', 'HC-01', '2025-01-01', 2025, '2027-12-31'),
('01900000-0000-7000-8000-00000000d002', '01900000-0000-7000-8000-00000000a002', 'HACCP', 'HA-02', '2023-01-01', 2023, '2026-01-31'),
('01900000-0000-7000-8000-00000000d003', '01900000-0000-7000-8000-00000000a002', 'ORGANIC', 'HC-03', null, 2024, null);

insert into supply_offer (id, producer_id, product_id, capacity, capacity_unit, capacity_text, months, all_year, minimum_order, minimum_order_unit,
 wholesale_price, price_unit, shelf_life_days, updated_on) values
('01900000-0000-7000-8000-00000000e001', '01900000-0000-7000-8000-00000000a001', '01900000-0000-7000-8000-00000000b001', 2000, 'kg', '2 tấn', null, true,
 100, 'kg', 32000, 'kg', 365, '2025-11-01'),
('01900000-0000-7000-8000-00000000e002', '01900000-0000-7000-8000-00000000a002', '01900000-0000-7000-8000-00000000b002', 800, 'kg', '800 kg', '[1, 2, 5, 6, 7, 8, 9, 10, 11, 12]', false,
 500, 'kg', 28000000, 'tấn', 180, '2025-11-02'),
('01900000-0000-7000-8000-00000000e003', '01900000-0000-7000-8000-00000000a003', '01900000-0000-7000-8000-00000000b003', null, null, 'tùy vụ', null, null,
 null, null, null, null, null, '2025-11-03'),
('01900000-0000-7000-8000-00000000e004', '01900000-0000-7000-8000-00000000a002', '01900000-0000-7000-8000-00000000b004', 500, 'lít', '500 lít', null, true,
 20, 'chai', 90000, 'chai', 720, '2025-11-04'),
('01900000-0000-7000-8000-00000000e005', '01900000-0000-7000-8000-00000000a002', '01900000-0000-7000-8000-00000000b005', 300, 'hộp', '300 hộp', null, true,
 10, 'hộp', 45000, 'hộp', 240, '2025-11-05'),
('01900000-0000-7000-8000-00000000e006', '01900000-0000-7000-8000-00000000a001', '01900000-0000-7000-8000-00000000b001', 700, 'kg', '700 kg', null, true,
 50, 'kg', 33500, 'kg', 365, '2025-11-06');
