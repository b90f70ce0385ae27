-- Figures that were published, with their sources; programmes and campaigns, and the events held under them. Rewritten
-- by merge.

-- "Ít nhất 30" and "lên đến 1,5 lần" are neither more nor less than the number.
alter table fair drop constraint fair_revenue_qualifier_known;
alter table fair add constraint fair_revenue_qualifier_known check (revenue_qualifier in
    ('EXACT', 'ABOUT', 'OVER', 'UNDER', 'AT_LEAST', 'UP_TO'));
alter table fair drop constraint fair_visits_qualifier_known;
alter table fair add constraint fair_visits_qualifier_known check (visits_qualifier in
    ('EXACT', 'ABOUT', 'OVER', 'UNDER', 'AT_LEAST', 'UP_TO'));

create table observation (
    id uuid primary key,
    indicator text not null,
    indicator_code text,
    label text not null,
    unit_id uuid constraint observation_unit references admin_unit (id),
    stated_scope text,
    as_of date,
    as_of_precision text constraint observation_as_of_precision_known check (as_of_precision in
        ('DAY', 'MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR')),
    stated_as_of text,
    value numeric not null,
    up_to numeric,
    out_of numeric,
    qualifier text not null constraint observation_qualifier_known check (qualifier in
        ('EXACT', 'ABOUT', 'OVER', 'UNDER', 'AT_LEAST', 'UP_TO')),
    measure text,
    measure_kind text constraint observation_measure_kind_known check (measure_kind in ('PERCENT', 'TIMES', 'COUNT')),
    stated_value text,
    sentence text,
    public_sentence text generated always as (mask_persons(sentence)) stored,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index observation_unit on observation (unit_id, indicator_code, as_of desc nulls last, id);
create index observation_indicator on observation (indicator_code, as_of, id);
create index observation_as_of on observation (as_of desc nulls last, id);

create table observation_source (
    id uuid primary key,
    observation_id uuid not null
        constraint observation_source_observation references observation (id) deferrable initially deferred,
    code text,
    publisher text,
    published_on date,
    content_as_of date,
    read_on date,
    url text,
    sentence text,
    public_sentence text generated always as (mask_persons(sentence)) stored
);
create index observation_source_observation
    on observation_source (observation_id, published_on desc nulls last, code, id);

create table programme (
    id uuid primary key,
    name text not null,
    scope text not null,
    unit_id uuid constraint programme_unit references admin_unit (id),
    kind text constraint programme_kind_known check (kind in
        ('NATIONAL_TARGET', 'OCOP', 'PROMOTION', 'CAMPAIGN', 'PROJECT', 'OTHER')),
    started_on date,
    started_year integer,
    ended_on date,
    decision_number text,
    led_by text,
    agency_id uuid constraint programme_agency references agency (id),
    aim text,
    public_aim text generated always as (mask_persons(aim)) stored,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index programme_unit on programme (unit_id, started_year desc nulls last, id);
create index programme_agency on programme (agency_id, started_year desc nulls last, id);
create index programme_started on programme (started_year desc nulls last, id);

alter table fair add column programme_id uuid
    constraint fair_programme references programme (id) deferrable initially deferred;
create index fair_programme on fair (programme_id, held_from desc nulls last, id);
