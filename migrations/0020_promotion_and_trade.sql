-- What the industry-and-trade office keeps beside listings: events of trade promotion with who took part, agreements
-- of retail partners, their shops, what producers offer, and their yearly results. Rewritten by merge.

create table fair (
    id uuid primary key,
    code text,
    name text not null,
    label text not null,
    series text,
    season text constraint fair_season_known check (season in
        ('SPRING', 'SUMMER', 'AUTUMN', 'WINTER')),
    edition integer,
    within text,
    year integer,
    kind text constraint fair_kind_known check (kind in
        ('FAIR', 'PROMOTION_WEEK', 'CONFERENCE', 'SHOWCASE', 'FOREIGN_GOODS_WEEK', 'MISSION_ABROAD', 'OTHER')),
    status text constraint fair_status_known check (status in
        ('PLANNED', 'HELD', 'MOVED', 'CANCELLED')),
    reported_by_id uuid not null
        constraint fair_reported_by references admin_unit (id),
    province_id uuid
        constraint fair_province references admin_unit (id),
    country text,
    region text,
    planned_time text,
    planned_from date,
    planned_to date,
    planned_precision text constraint fair_planned_precision_known check (planned_precision in
        ('DAY', 'MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR')),
    held_time text,
    held_from date,
    held_to date,
    held_precision text constraint fair_held_precision_known check (held_precision in
        ('DAY', 'MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR')),
    booths_planned integer,
    booths_held integer,
    participants integer,
    revenue numeric,
    revenue_qualifier text constraint fair_revenue_qualifier_known check (revenue_qualifier in
        ('EXACT', 'ABOUT', 'OVER', 'UNDER')),
    revenue_text text,
    visits integer,
    visits_qualifier text constraint fair_visits_qualifier_known check (visits_qualifier in
        ('EXACT', 'ABOUT', 'OVER', 'UNDER')),
    visits_text text,
    note text
);
create index fair_reported_by on fair (reported_by_id, id);
create index fair_province on fair (province_id, id);

create table fair_venue (
    id uuid primary key,
    fair_id uuid not null
        constraint fair_venue_fair references fair (id) deferrable initially deferred,
    name text not null
);
create index fair_venue_fair on fair_venue (fair_id, name, id);

create table fair_organiser (
    id uuid primary key,
    fair_id uuid not null
        constraint fair_organiser_fair references fair (id) deferrable initially deferred,
    name text not null,
    agency_id uuid
        constraint fair_organiser_agency references agency (id),
    role text not null constraint fair_organiser_role_known check (role in
        ('LEAD', 'PARTNER', 'SUPPORTER'))
);
create index fair_organiser_fair on fair_organiser (fair_id, role, name, id);
create index fair_organiser_agency on fair_organiser (agency_id, id);

create table fair_participation (
    id uuid primary key,
    fair_id uuid not null
        constraint fair_participation_fair references fair (id) deferrable initially deferred,
    producer_id uuid not null
        constraint fair_participation_producer references producer (id) deferrable initially deferred,
    products_text text,
    sales numeric,
    memorandum_partner_id uuid
        constraint fair_participation_memorandum_partner references retail_partner (id) deferrable initially deferred,
    memorandum_value numeric,
    memorandum_signed_on date,
    new_partners text,
    note text
);
create index fair_participation_fair on fair_participation (fair_id, sales desc nulls last, id);
create index fair_participation_producer on fair_participation (producer_id, sales desc nulls last, id);
create index fair_participation_memorandum_partner on fair_participation (memorandum_partner_id, id);

create table fair_exhibit (
    id uuid primary key,
    participation_id uuid not null
        constraint fair_exhibit_participation references fair_participation (id) deferrable initially deferred,
    product_id uuid not null
        constraint fair_exhibit_product references product (id) deferrable initially deferred
);
create index fair_exhibit_participation on fair_exhibit (participation_id, id);
create index fair_exhibit_product on fair_exhibit (product_id, id);

create table agreement (
    id uuid primary key,
    kind text constraint agreement_kind_known check (kind in
        ('MEMORANDUM', 'CONTRACT', 'OTHER')),
    number text,
    partner_id uuid not null
        constraint agreement_partner references retail_partner (id) deferrable initially deferred,
    producer_id uuid
        constraint agreement_producer references producer (id) deferrable initially deferred,
    agency_id uuid
        constraint agreement_agency references agency (id),
    party text,
    scope text,
    signed_on date,
    signed_year integer,
    valid_from date,
    valid_until date,
    status text constraint agreement_status_known check (status in
        ('ACTIVE', 'ENDED', 'PENDING')),
    value numeric,
    fair_id uuid
        constraint agreement_fair references fair (id) deferrable initially deferred
);
create index agreement_partner on agreement (partner_id, signed_on desc nulls last, id);
create index agreement_producer on agreement (producer_id, signed_on desc nulls last, id);
create index agreement_agency on agreement (agency_id, id);
create index agreement_fair on agreement (fair_id, signed_on desc nulls last, id);

create table agreement_product (
    id uuid primary key,
    agreement_id uuid not null
        constraint agreement_product_agreement references agreement (id) deferrable initially deferred,
    product_id uuid not null
        constraint agreement_product_product references product (id) deferrable initially deferred
);
create index agreement_product_agreement on agreement_product (agreement_id, id);
create index agreement_product_product on agreement_product (product_id, id);

create table store (
    id uuid primary key,
    partner_id uuid not null
        constraint store_partner references retail_partner (id) deferrable initially deferred,
    name text not null,
    address text,
    commune_then_id uuid
        constraint store_commune_then references admin_unit (id),
    commune_now_id uuid
        constraint store_commune_now references admin_unit (id),
    district_then_id uuid
        constraint store_district_then references admin_unit (id),
    place_resolution text constraint store_place_resolution_known check (place_resolution in
        ('EXACT', 'DEFAULT_OF_DIVIDED', 'DISTRICT_ONLY'))
);
create index store_partner on store (partner_id, name, id);
create index store_commune_then on store (commune_then_id, id);
create index store_commune_now on store (commune_now_id, id);
create index store_district_then on store (district_then_id, id);

create table supply_offer (
    id uuid primary key,
    producer_id uuid not null
        constraint supply_offer_producer references producer (id) deferrable initially deferred,
    product_id uuid not null
        constraint supply_offer_product references product (id) deferrable initially deferred,
    capacity numeric,
    capacity_unit text,
    capacity_text text,
    months jsonb,
    all_year boolean,
    season_text text,
    minimum_order numeric,
    minimum_order_unit text,
    wholesale_price numeric,
    price_unit text,
    shelf_life_days integer,
    shelf_life_text text,
    updated_on date,
    note text
);
create index supply_offer_producer on supply_offer (producer_id, updated_on desc nulls last, id);
create index supply_offer_product on supply_offer (product_id, updated_on desc nulls last, id);

create table business_result (
    id uuid primary key,
    producer_id uuid not null
        constraint business_result_producer references producer (id) deferrable initially deferred,
    year integer not null,
    period text not null constraint business_result_period_known check (period in
        ('YEAR', 'FIRST_HALF', 'SECOND_HALF', 'NINE_MONTHS', 'FIRST_QUARTER', 'SECOND_QUARTER', 'THIRD_QUARTER', 'FOURTH_QUARTER')),
    revenue numeric,
    profit numeric,
    labour integer,
    members integer,
    note text
);
create index business_result_producer on business_result (producer_id, year desc nulls last, period, id);

create index fair_code on fair (code);
create index fair_year on fair (year, id);
create index business_result_year on business_result (year, period, id);
