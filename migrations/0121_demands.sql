-- Demands that buyers leave with the hub, and the offers that meet them. The hub's own: no office sends them, so merging
-- does not touch them. Ids of merged entities stand here without foreign keys, for these come and go.

create table demand (
    id uuid primary key,
    name text not null,
    organisation text,
    partner_id uuid,
    group_id uuid references product_group (id),
    words text,
    quantity numeric not null,
    unit text not null,
    months jsonb,
    place_id uuid references admin_unit (id),
    minimum_stars integer,
    standards jsonb,
    delivery_from date not null,
    delivery_to date not null,
    shelf_life_days integer,
    price_ceiling numeric,
    minimum_order numeric,
    stored_at timestamptz not null,
    stored_by text not null,
    withdrawn_at timestamptz,
    withdrawn_by text,
    constraint demand_days check (delivery_from <= delivery_to),
    constraint demand_product check (group_id is not null or words is not null)
);
create index demand_standing on demand (delivery_to) where withdrawn_at is null;
create index demand_group on demand (group_id);
create index demand_place on demand (place_id);

-- An offer that meets a demand, or nearly. Kept when the offer goes or changes: then it ended. An offer that comes back
-- is a match anew.
create table demand_match (
    id uuid primary key,
    demand_id uuid not null references demand (id),
    offer_id uuid not null,
    product_id uuid not null,
    producer_id uuid not null,
    fits boolean not null,
    score double precision not null,
    lacks jsonb not null,                  -- codes by requirement
    first_seen_at timestamptz not null,
    ended_at timestamptz
);
create unique index demand_match_standing on demand_match (demand_id, offer_id) where ended_at is null;
create index demand_match_demand on demand_match (demand_id, first_seen_at desc, id);
create index demand_match_offer on demand_match (offer_id, first_seen_at desc, id);
create index demand_match_producer on demand_match (producer_id, first_seen_at desc, id);

-- Up to which change of entities the matches are looked after.
create table demand_watermark (
    one boolean primary key default true constraint demand_watermark_one check (one),
    seq bigint not null
);
insert into demand_watermark (seq) select coalesce(max(seq), 0) from entity_change;

-- As the graph shows them. Texts that people typed show no persons.
create view demand_entry as
select d.id, mask_persons(d.name, '{}', true) as name, mask_persons(d.organisation) as organisation,
       coalesce((select n.entity_id from address a join node n on n.id = a.node_id where a.id = d.partner_id), d.partner_id)
           as partner_id,
       d.group_id, mask_persons(d.words) as words, d.quantity, d.unit, d.months, d.place_id, d.minimum_stars, d.standards,
       d.delivery_from, d.delivery_to, d.shelf_life_days, d.price_ceiling, d.minimum_order, d.stored_at, d.withdrawn_at
from demand d;

create view demand_match_entry as
select m.id, m.demand_id, m.offer_id, entity_type_id('SupplyOffer', m.offer_id) as subject, m.product_id, m.producer_id,
       m.fits, m.score, m.lacks, m.first_seen_at, m.ended_at
from demand_match m;
