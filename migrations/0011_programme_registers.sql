-- More of the programme: craft villages, points of sale, targets, dossiers. Pure functions of the source records;
-- rewritten by merge.

create table craft_village (
    id uuid primary key,
    name text not null,
    kind text constraint craft_village_kind_known check (kind in
        ('CRAFT_VILLAGE', 'TRADITIONAL_CRAFT_VILLAGE', 'TRADITIONAL_CRAFT')),
    craft text,
    commune_then_id uuid constraint craft_village_commune_then references admin_unit (id),
    commune_now_id uuid constraint craft_village_commune_now references admin_unit (id),
    district_then_id uuid constraint craft_village_district_then references admin_unit (id),
    place_resolution text constraint craft_village_place_resolution_known check (place_resolution in
        ('EXACT', 'DEFAULT_OF_DIVIDED', 'DISTRICT_ONLY')),
    recognised_on date,
    recognised_year integer,
    decision_number text,
    households integer,
    note text
);
create index craft_village_commune_then on craft_village (commune_then_id);
create index craft_village_commune_now on craft_village (commune_now_id, name, id);
create index craft_village_district_then on craft_village (district_then_id);

create table craft_village_product (
    id uuid primary key,
    village_id uuid not null
        constraint craft_village_product_village references craft_village (id) deferrable initially deferred,
    stated_name text not null,
    stated_maker text,
    public_stated_maker text generated always as (mask_owner_name(stated_maker)) stored,
    product_id uuid
        constraint craft_village_product_product references product (id) deferrable initially deferred
);
create index craft_village_product_village on craft_village_product (village_id, stated_name, id);
create index craft_village_product_product on craft_village_product (product_id, id);

create table sales_point (
    id uuid primary key,
    name text not null,
    kind text constraint sales_point_kind_known check (kind in ('CENTRE', 'POINT', 'SHOP', 'COUNTER', 'OTHER')),
    stated_kind text,
    setting text constraint sales_point_setting_known check (setting in
        ('TOURISM', 'TRANSPORT', 'REST_STOP', 'MARKET', 'CRAFT_VILLAGE', 'EXHIBITION', 'POST_OFFICE')),
    operator_name text,
    public_operator_name text generated always as (mask_owner_name(operator_name)) stored,
    operator_id uuid
        constraint sales_point_operator references producer (id) deferrable initially deferred,
    address text,
    commune_then_id uuid constraint sales_point_commune_then references admin_unit (id),
    commune_now_id uuid constraint sales_point_commune_now references admin_unit (id),
    district_then_id uuid constraint sales_point_district_then references admin_unit (id),
    place_resolution text constraint sales_point_place_resolution_known check (place_resolution in
        ('EXACT', 'DEFAULT_OF_DIVIDED', 'DISTRICT_ONLY')),
    opened_on date,
    opened_year integer,
    closed_on date,
    status text constraint sales_point_status_known check (status in ('OPEN', 'SUSPENDED', 'CLOSED')),
    product_count integer,
    tourist_site text,
    note text
);
create index sales_point_operator on sales_point (operator_id, name, id);
create index sales_point_commune_then on sales_point (commune_then_id);
create index sales_point_commune_now on sales_point (commune_now_id, name, id);
create index sales_point_district_then on sales_point (district_then_id);

create table programme_target (
    id uuid primary key,
    year integer not null,
    unit_id uuid constraint programme_target_unit references admin_unit (id),
    stated_scope text,
    indicator text not null,
    indicator_code text constraint programme_target_indicator_code_known check (indicator_code in
        ('PRODUCTS_RECOGNISED', 'PRODUCTS_RE_EVALUATED', 'PRODUCTS_THREE_STARS_UP', 'PRODUCTS_THREE_STARS',
         'PRODUCTS_FOUR_STARS', 'PRODUCTS_FIVE_STARS', 'PRODUCTS_UPGRADED', 'PRODUCTS_ONLINE',
         'SALES_POINTS', 'CENTRES', 'UNITS_WITH_SALES_POINT', 'TOURIST_SITES_WITH_COUNTER', 'ORGANISATIONS',
         'PRODUCERS_COOPERATIVES', 'PRODUCERS_ENTERPRISES', 'PRODUCERS_MODERN_CHANNELS',
         'PRODUCERS_FOOD_SAFETY', 'CIRCULAR_CHAINS', 'CRAFT_VILLAGES', 'REVENUE_GROWTH', 'TRAINING_COURSES',
         'FAIRS', 'PROMOTION_ABROAD')),
    measure text,
    measure_kind text constraint programme_target_measure_kind_known check (measure_kind in ('PERCENT', 'TIMES', 'COUNT')),
    operator text constraint programme_target_operator_known check (operator in
        ('EXACTLY', 'AT_LEAST', 'MORE_THAN', 'AT_MOST', 'LESS_THAN', 'RANGE', 'UP_TO', 'ABOUT')),
    planned numeric,
    planned_up_to numeric,
    stated_plan text,
    actual numeric,
    stated_percent numeric,
    note text
);
create index programme_target_unit on programme_target (unit_id, year, id);

create table dossier (
    id uuid primary key,
    product_id uuid not null
        constraint dossier_product references product (id) deferrable initially deferred,
    producer_id uuid not null
        constraint dossier_producer references producer (id) deferrable initially deferred,
    year integer not null,
    round integer,
    code text,
    stage text constraint dossier_stage_known check (stage in
        ('IDEA', 'PLAN', 'DOSSIER', 'EVALUATION', 'RECOGNITION')),
    state text constraint dossier_state_known check (state in
        ('NOT_SUBMITTED', 'SUBMITTING', 'AWAITING_SCORE', 'MORE_REQUESTED', 'RANKED_BY_DISTRICT',
         'RANKED_BY_PROVINCE', 'SENT_TO_CENTRE', 'RANKED', 'FAILED', 'REFUSED', 'WITHDRAWN', 'COMPLETED')),
    stated_state text,
    score_a numeric,
    score_b numeric,
    score_c numeric,
    score numeric,
    stars integer,
    submitted_on date,
    evaluated_on date,
    result text,
    note text
);
create index dossier_product on dossier (product_id, year desc nulls last, id);
create index dossier_producer on dossier (producer_id, year desc nulls last, id);
