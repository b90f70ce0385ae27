-- The agriculture office's registers: growing areas, value chains, quality certificates. Pure functions of the source
-- records; rewritten by merge.

create table growing_area (
    id uuid primary key,
    code text not null,
    name text not null,
    crop text,
    area_hectares numeric,
    households integer,
    yield_tonnes numeric,
    standard text constraint growing_area_standard_known check (standard in
        ('VIETGAP', 'GLOBALGAP', 'ORGANIC', 'HACCP', 'ISO_22000', 'FSSC_22000', 'ISO_9001', 'ISO_14001', 'GMP', 'BRC', 'IFS',
         'HALAL', 'FDA', 'AQUACULTURE', 'FOOD_SAFETY', 'SAFE', 'OTHER')),
    stated_standard text,
    markets text,
    holder_id uuid
        constraint growing_area_holder references producer (id) deferrable initially deferred,
    commune_then_id uuid constraint growing_area_commune_then references admin_unit (id),
    commune_now_id uuid constraint growing_area_commune_now references admin_unit (id),
    district_then_id uuid constraint growing_area_district_then references admin_unit (id),
    place_resolution text constraint growing_area_place_resolution_known check (place_resolution in
        ('EXACT', 'DEFAULT_OF_DIVIDED', 'DISTRICT_ONLY')),
    granted_on date,
    granted_year integer,
    status text constraint growing_area_status_known check (status in ('ACTIVE', 'SUSPENDED', 'WITHDRAWN')),
    note text
);
create index growing_area_holder on growing_area (holder_id, code, id);
create index growing_area_commune_then on growing_area (commune_then_id);
create index growing_area_commune_now on growing_area (commune_now_id, code, id);
create index growing_area_district_then on growing_area (district_then_id);
create index growing_area_code on growing_area (code);

create table value_chain (
    id uuid primary key,
    code text,
    name text not null,
    commodity text,
    lead_id uuid
        constraint value_chain_lead references producer (id) deferrable initially deferred,
    commune_then_id uuid constraint value_chain_commune_then references admin_unit (id),
    commune_now_id uuid constraint value_chain_commune_now references admin_unit (id),
    district_then_id uuid constraint value_chain_district_then references admin_unit (id),
    place_resolution text constraint value_chain_place_resolution_known check (place_resolution in
        ('EXACT', 'DEFAULT_OF_DIVIDED', 'DISTRICT_ONLY')),
    started_on date,
    started_year integer,
    circular boolean not null,
    green boolean not null,
    status text constraint value_chain_status_known check (status in ('ACTIVE', 'SUSPENDED', 'ENDED')),
    note text
);
create index value_chain_lead on value_chain (lead_id, code, id);
create index value_chain_commune_then on value_chain (commune_then_id);
create index value_chain_commune_now on value_chain (commune_now_id, code, id);
create index value_chain_district_then on value_chain (district_then_id);

create table chain_area (
    id uuid primary key,
    chain_id uuid not null
        constraint chain_area_chain references value_chain (id) deferrable initially deferred,
    code text not null,
    growing_area_id uuid
        constraint chain_area_growing_area references growing_area (id) deferrable initially deferred
);
create index chain_area_chain on chain_area (chain_id, code, id);
create index chain_area_growing_area on chain_area (growing_area_id, id);

create table chain_member (
    id uuid primary key,
    chain_id uuid not null
        constraint chain_member_chain references value_chain (id) deferrable initially deferred,
    producer_id uuid not null
        constraint chain_member_producer references producer (id) deferrable initially deferred,
    role text constraint chain_member_role_known check (role in
        ('LEAD', 'SUPPLY', 'PRODUCTION', 'PROCESSING', 'DISTRIBUTION', 'SERVICE', 'OTHER')),
    stated_role text,
    joined_year integer
);
create index chain_member_chain on chain_member (chain_id, joined_year, id);
create index chain_member_producer on chain_member (producer_id, joined_year, id);

create table chain_contract (
    id uuid primary key,
    chain_id uuid not null
        constraint chain_contract_chain references value_chain (id) deferrable initially deferred,
    number text,
    buyer_name text,
    public_buyer_name text generated always as (mask_owner_name(buyer_name)) stored,
    buyer_id uuid
        constraint chain_contract_buyer references producer (id) deferrable initially deferred,
    seller_name text,
    public_seller_name text generated always as (mask_owner_name(seller_name)) stored,
    seller_id uuid
        constraint chain_contract_seller references producer (id) deferrable initially deferred,
    signed_on date,
    signed_year integer,
    value numeric,
    tonnes numeric,
    valid_until date
);
create index chain_contract_chain on chain_contract (chain_id, signed_on desc nulls last, id);
create index chain_contract_buyer on chain_contract (buyer_id, signed_on desc nulls last, id);
create index chain_contract_seller on chain_contract (seller_id, signed_on desc nulls last, id);

create table quality_certificate (
    id uuid primary key,
    holder_id uuid not null
        constraint quality_certificate_holder references producer (id) deferrable initially deferred,
    standard text not null constraint quality_certificate_standard_known check (standard in
        ('VIETGAP', 'GLOBALGAP', 'ORGANIC', 'HACCP', 'ISO_22000', 'FSSC_22000', 'ISO_9001', 'ISO_14001', 'GMP', 'BRC', 'IFS',
         'HALAL', 'FDA', 'AQUACULTURE', 'FOOD_SAFETY', 'SAFE', 'OTHER')),
    stated_standard text,
    number text,
    scope text,
    issuer text,
    issued_on date,
    issued_year integer,
    expires_on date,
    standing text
);
create index quality_certificate_holder on quality_certificate (holder_id, issued_on desc nulls last, id);

-- Whether a certificate is in force today, by Vietnam's calendar, its last day included; null when that is not known.
-- plpgsql keeps its plan for the session (see product_stars).
create function quality_certificate_in_force(certificate uuid) returns boolean
language plpgsql stable strict parallel safe as $$
declare
    today date := (now() at time zone 'Asia/Ho_Chi_Minh')::date;
begin
    return (
        select case
            when c.expires_on < today or c.issued_on > today then false
            when c.expires_on is not null then true
        end
        from quality_certificate c
        where c.id = certificate
    );
end
$$;
