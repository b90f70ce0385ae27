-- Where the products are sold.

create table retail_partner (
    id uuid primary key,
    name text not null,
    legal_name text,
    kind text constraint retail_partner_kind_known check (kind in
        ('SUPERMARKET', 'STORE_CHAIN', 'E_COMMERCE', 'OTHER'))
);

create table listing (
    id uuid primary key,
    product_id uuid not null
        constraint listing_product references product (id) deferrable initially deferred,
    partner_id uuid not null
        constraint listing_partner references retail_partner (id) deferrable initially deferred,
    started_on date,
    ended_on date,
    price numeric,
    unit text,
    url text,
    stated_stars integer,
    status text constraint listing_status_known check (status in ('ON_SALE', 'REMOVED')),
    checked_on date
);
create index listing_product on listing (product_id, started_on desc nulls last, id);
create index listing_partner on listing (partner_id, started_on desc nulls last, id);
