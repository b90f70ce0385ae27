-- Who makes the products. A pure function of the source records; rewritten by merge, so the keys between
-- merged entities are checked at the end of the transaction.

create table producer (
    id uuid primary key,
    name text not null,
    public_name text generated always as (mask_owner_name(name)) stored,
    kind text constraint producer_kind_known check (kind in
        ('COOPERATIVE', 'COOPERATIVE_UNION', 'COOPERATIVE_GROUP', 'COMPANY', 'HOUSEHOLD_BUSINESS', 'FARM')),
    tax_code text,
    -- a household's tax code of 12 digits is its owner's personal id
    public_tax_code text generated always as (
        case when length(regexp_replace(tax_code, '[^0-9]', '', 'g')) <> 12 then tax_code end
    ) stored,
    commune_then_id uuid constraint producer_commune_then references admin_unit (id),
    commune_now_id uuid constraint producer_commune_now references admin_unit (id),
    district_then_id uuid constraint producer_district_then references admin_unit (id),
    place_resolution text constraint producer_place_resolution_known check (place_resolution in
        ('EXACT', 'DEFAULT_OF_DIVIDED', 'DISTRICT_ONLY')),
    hamlet text,
    founded_on date,
    founded_year integer,
    member_count integer,
    charter_capital numeric,
    activity text,
    area_hectares numeric,
    rating text constraint producer_rating_known check (rating in ('GOOD', 'FAIR', 'AVERAGE', 'WEAK')),
    representative text,
    phone text
);
create index producer_commune_then on producer (commune_then_id, id);
create index producer_commune_now on producer (commune_now_id, id);
create index producer_district_then on producer (district_then_id);
create index producer_kind on producer (kind, id);
create index producer_public_tax_code on producer (public_tax_code);
