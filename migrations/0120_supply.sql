-- Supply meets demand: what offers say, in units that can be compared. The columns are generated, so nothing keeps
-- them; weights are counted in kg, volumes in lít, everything else by its own word.

create function supply_unit(unit text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$
    select case
        when w in ('kg', 'kilogam', 'kilogram', 'ki lô gam', 'kilo', 'ký', 'kí', 'cân', 'tấn', 'tan', 't', 'tạ', 'yến', 'g', 'gam', 'gram', 'gr')
            then 'kg'
        when w in ('lít', 'lit', 'l', 'litre', 'liter', 'ml', 'mililít', 'm3', 'm³') then 'lít'
        when w <> '' then w
    end
    from (select btrim(regexp_replace(lower_vietnamese(unit), '\s+', ' ', 'g')) as w) as one
$$;
comment on function supply_unit(text) is 'kg for weights, lít for volumes, else the word in small letters.';

create function supply_factor(unit text) returns double precision
language sql immutable strict parallel safe
set search_path from current
as $$
    select case
        when w in ('tấn', 'tan', 't') then 1000
        when w = 'tạ' then 100
        when w = 'yến' then 10
        when w in ('g', 'gam', 'gram', 'gr', 'ml', 'mililít') then 0.001
        when w in ('m3', 'm³') then 1000
        else 1
    end::double precision
    from (select btrim(regexp_replace(lower_vietnamese(unit), '\s+', ' ', 'g')) as w) as one
$$;
comment on function supply_factor(text) is 'How many of supply_unit(unit) one of the unit is.';

-- Months as bits: 1 for January, 2048 for December; null when nothing is said.
create function supply_months(months jsonb, all_year boolean) returns integer
language sql immutable parallel safe
as $$
    select case
        when all_year then 4095
        when jsonb_typeof(months) = 'array' then (
            select bit_or(1 << (m::integer - 1))
            from jsonb_array_elements_text(months) as m
            where m ~ '^([1-9]|1[0-2])$')
    end
$$;

alter table supply_offer
    add column base_unit text generated always as (supply_unit(capacity_unit)) stored,
    add column base_capacity double precision
        generated always as (capacity::double precision * supply_factor(capacity_unit)) stored,
    add column month_bits integer generated always as (supply_months(months, all_year)) stored,
    add column base_minimum_unit text generated always as (supply_unit(minimum_order_unit)) stored,
    add column base_minimum double precision
        generated always as (minimum_order::double precision * supply_factor(minimum_order_unit)) stored,
    add column base_price_unit text generated always as (supply_unit(price_unit)) stored,
    add column base_price double precision
        generated always as (wholesale_price::double precision / supply_factor(price_unit)) stored;

-- All that ranking an offer needs, so that the table itself is read for the page alone.
create index supply_offer_measures on supply_offer (product_id)
    include (id, producer_id, base_unit, base_capacity, month_bits, shelf_life_days, base_price_unit, base_price,
             base_minimum_unit, base_minimum);
create index recognition_force on recognition (product_id, decided_year desc, decided_on desc nulls last, id)
    include (stars, valid_from, valid_to, revoked_on);
-- Where a group has more products than are weighed, those with the most stars.
create index recognition_stars on recognition (stars desc, product_id) include (valid_from, valid_to, revoked_on);
create index quality_certificate_standard on quality_certificate (standard, holder_id) include (issued_on, expires_on);
