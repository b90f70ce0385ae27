-- Channels, exports, notes on markets, inspections; titles of products, groups of producers, what happened to
-- organisations; agreements between provinces. Rewritten by merge.

-- The code of the national system is given elsewhere, and was given twice now and then: no key, but looked up by.
alter table product
    add column code text,
    add column processing_level text constraint product_processing_level_known check (processing_level in
        ('RAW', 'PRELIMINARY', 'PROCESSED', 'DEEP')),
    add column local_material_share numeric;
create index product_code on product (code, id);

alter table quality_certificate drop constraint quality_certificate_standard_known;
alter table quality_certificate add constraint quality_certificate_standard_known check (standard in
    ('VIETGAP', 'GLOBALGAP', 'ORGANIC', 'HACCP', 'ISO_22000', 'FSSC_22000', 'ISO_9001', 'ISO_14001', 'GMP',
     'BRC', 'IFS', 'HALAL', 'FDA', 'AQUACULTURE', 'FOOD_SAFETY', 'FOOD_SAFETY_PLEDGE', 'SAFE', 'OTHER'));
alter table growing_area drop constraint growing_area_standard_known;
alter table growing_area add constraint growing_area_standard_known check (standard in
    ('VIETGAP', 'GLOBALGAP', 'ORGANIC', 'HACCP', 'ISO_22000', 'FSSC_22000', 'ISO_9001', 'ISO_14001', 'GMP',
     'BRC', 'IFS', 'HALAL', 'FDA', 'AQUACULTURE', 'FOOD_SAFETY', 'FOOD_SAFETY_PLEDGE', 'SAFE', 'OTHER'));

create table channel (
    id uuid primary key,
    producer_id uuid not null
        constraint channel_producer references producer (id) deferrable initially deferred,
    kind text not null constraint channel_kind_known check (kind in
        ('MODERN_RETAIL', 'E_COMMERCE', 'AGENT', 'OWN_WEBSITE', 'SOCIAL', 'SHOP', 'SALES_POINT', 'MARKET',
         'TOURISM', 'INSTITUTION', 'EXPORT', 'OTHER')),
    label text not null,
    public_label text generated always as (mask_persons(label)) stored,
    name text,
    public_name text generated always as (mask_persons(name)) stored,
    partner_id uuid
        constraint channel_partner references retail_partner (id) deferrable initially deferred,
    started_on date,
    started_year integer,
    ended_on date,
    status text constraint channel_status_known check (status in
        ('OPEN', 'PENDING', 'CLOSED')),
    url text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index channel_producer on channel (producer_id, kind, public_label, id);
create index channel_partner on channel (partner_id, id);
create index channel_in_order on channel (started_on desc nulls last, id);

create table channel_report (
    id uuid primary key,
    channel_id uuid not null
        constraint channel_report_channel references channel (id) deferrable initially deferred,
    year integer not null,
    agents integer,
    revenue numeric,
    share numeric
);
create index channel_report_channel on channel_report (channel_id, year desc nulls last, id);
create index channel_report_in_order on channel_report (year desc nulls last, id);

create table export_market (
    id uuid primary key,
    producer_id uuid not null
        constraint export_market_producer references producer (id) deferrable initially deferred,
    product_id uuid
        constraint export_market_product references product (id) deferrable initially deferred,
    stated_name text,
    public_stated_name text generated always as (mask_persons(stated_name, '{}', true)) stored,
    country text not null,
    route text constraint export_market_route_known check (route in
        ('OFFICIAL', 'BORDER', 'ENTRUSTED', 'E_COMMERCE')),
    since date,
    first_year integer,
    until date,
    year integer,
    value numeric,
    value_usd numeric,
    quantity numeric,
    quantity_unit text,
    area_code text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index export_market_producer on export_market (producer_id, country, year desc nulls last, id);
create index export_market_product on export_market (product_id, country, year desc nulls last, id);
create index export_market_in_order on export_market (country, year desc nulls last, id);

create table market_note (
    id uuid primary key,
    title text not null,
    public_title text generated always as (mask_persons(title)) stored,
    kind text constraint market_note_kind_known check (kind in
        ('PRICE', 'DEMAND', 'TASTE', 'STANDARD', 'TARIFF', 'WARNING', 'OTHER')),
    market text,
    country text,
    province_id uuid
        constraint market_note_province references admin_unit (id),
    group_id uuid
        constraint market_note_group references product_group (id),
    goods text,
    noted_on date,
    content text,
    public_content text generated always as (mask_persons(content)) stored,
    price numeric,
    price_up_to numeric,
    price_unit text,
    source text,
    url text
);
create index market_note_province on market_note (province_id, id);
create index market_note_group on market_note (group_id, noted_on desc nulls last, id);
create index market_note_in_order on market_note (noted_on desc nulls last, id);

create table inspection (
    id uuid primary key,
    subject text not null,
    public_subject text generated always as (mask_owner_name(subject)) stored,
    producer_id uuid
        constraint inspection_producer references producer (id) deferrable initially deferred,
    product_id uuid
        constraint inspection_product references product (id) deferrable initially deferred,
    goods text,
    public_goods text generated always as (mask_persons(goods, '{}', true)) stored,
    commune_then_id uuid
        constraint inspection_commune_then references admin_unit (id),
    commune_now_id uuid
        constraint inspection_commune_now references admin_unit (id),
    district_then_id uuid
        constraint inspection_district_then references admin_unit (id),
    place_resolution text constraint inspection_place_resolution_known check (place_resolution in
        ('EXACT', 'DEFAULT_OF_DIVIDED', 'DISTRICT_ONLY')),
    inspected_on date,
    year integer not null,
    inspector text,
    public_inspector text generated always as (mask_persons(inspector)) stored,
    agency_id uuid
        constraint inspection_agency references agency (id),
    kind text constraint inspection_kind_known check (kind in
        ('FOOD_SAFETY', 'QUALITY', 'GENUINENESS', 'LABELS', 'TRADE', 'OCOP', 'OTHER')),
    result text constraint inspection_result_known check (result in
        ('PASSED', 'REMINDED', 'FAILED')),
    violation_kind text constraint inspection_violation_kind_known check (violation_kind in
        ('FAKE', 'IMITATION', 'SUBSTANDARD', 'UNKNOWN_ORIGIN', 'EXPIRED', 'LABEL', 'FOOD_SAFETY',
         'OCOP_MARK', 'OTHER')),
    violation text,
    public_violation text generated always as (mask_persons(violation)) stored,
    sanction text,
    public_sanction text generated always as (mask_persons(sanction)) stored,
    fine numeric,
    decision_number text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index inspection_producer on inspection (producer_id, inspected_on desc nulls last, id);
create index inspection_product on inspection (product_id, inspected_on desc nulls last, id);
create index inspection_commune_then on inspection (commune_then_id, id);
create index inspection_commune_now on inspection (commune_now_id, inspected_on desc nulls last, id);
create index inspection_district_then on inspection (district_then_id, id);
create index inspection_agency on inspection (agency_id, inspected_on desc nulls last, id);
create index inspection_in_order on inspection (inspected_on desc nulls last, id);

create table product_title (
    id uuid primary key,
    product_id uuid not null
        constraint product_title_product references product (id) deferrable initially deferred,
    kind text not null constraint product_title_kind_known check (kind in
        ('GIFT', 'TYPICAL_RURAL_INDUSTRY', 'SPECIALTY', 'KEY', 'BRAND', 'OTHER')),
    name text,
    level text constraint product_title_level_known check (level in
        ('COMMUNE', 'DISTRICT', 'PROVINCE', 'REGION', 'NATION')),
    decision_number text,
    decided_on date,
    year integer,
    valid_until date,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index product_title_product on product_title (product_id, year desc nulls last, id);
create index product_title_in_order on product_title (year desc nulls last, id);

create table producer_tag (
    id uuid primary key,
    producer_id uuid not null
        constraint producer_tag_producer references producer (id) deferrable initially deferred,
    kind text not null constraint producer_tag_kind_known check (kind in
        ('STARTUP', 'YOUTH_STARTUP', 'INNOVATIVE', 'SMALL_MEDIUM', 'EXPORTER', 'MODEL', 'OTHER')),
    name text,
    since date,
    year integer,
    until date,
    granted_by text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index producer_tag_producer on producer_tag (producer_id, kind, id);
create index producer_tag_in_order on producer_tag (year desc nulls last, id);

create table organisation_change (
    id uuid primary key,
    producer_id uuid not null
        constraint organisation_change_producer references producer (id) deferrable initially deferred,
    kind text not null constraint organisation_change_kind_known check (kind in
        ('FOUNDED', 'STRENGTHENED', 'CONVERTED', 'RENAMED', 'MERGED', 'DISSOLVED')),
    changed_on date,
    year integer not null,
    from_kind text constraint organisation_change_from_kind_known check (from_kind in
        ('COOPERATIVE', 'COOPERATIVE_UNION', 'COOPERATIVE_GROUP', 'COMPANY', 'HOUSEHOLD_BUSINESS', 'FARM')),
    to_kind text constraint organisation_change_to_kind_known check (to_kind in
        ('COOPERATIVE', 'COOPERATIVE_UNION', 'COOPERATIVE_GROUP', 'COMPANY', 'HOUSEHOLD_BUSINESS', 'FARM')),
    former_name text,
    public_former_name text generated always as (mask_owner_name(former_name)) stored,
    decision_number text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index organisation_change_producer on organisation_change (producer_id, year desc nulls last, id);
create index organisation_change_in_order on organisation_change (year desc nulls last, id);

create table province_agreement (
    id uuid primary key,
    name text not null,
    public_name text generated always as (mask_persons(name)) stored,
    unit_id uuid not null
        constraint province_agreement_unit references admin_unit (id),
    number text,
    signed_on date,
    year integer,
    valid_until date,
    content text,
    public_content text generated always as (mask_persons(content)) stored,
    result text,
    public_result text generated always as (mask_persons(result)) stored
);
create index province_agreement_unit on province_agreement (unit_id, signed_on desc nulls last, id);
create index province_agreement_in_order on province_agreement (signed_on desc nulls last, id);

create table province_agreement_party (
    id uuid primary key,
    agreement_id uuid not null
        constraint province_agreement_party_agreement references province_agreement (id) deferrable initially deferred,
    name text not null,
    province_id uuid
        constraint province_agreement_party_province references admin_unit (id)
);
create index province_agreement_party_agreement on province_agreement_party (agreement_id, name, id);
create index province_agreement_party_province on province_agreement_party (province_id, id);
