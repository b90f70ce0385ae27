-- Documents, plans and their tasks; policies, support given, investments. Rewritten by merge.

create table document (
    id uuid primary key,
    number text not null,
    year integer not null,
    scope text not null,
    unit_id uuid constraint document_unit references admin_unit (id),
    kind text constraint document_kind_known check (kind in
        ('DECISION', 'PLAN', 'PROGRAMME', 'RESOLUTION', 'DIRECTIVE', 'DECREE', 'CIRCULAR', 'LETTER', 'NOTICE',
         'REPORT', 'GUIDANCE', 'SUBMISSION', 'OTHER')),
    issuer text,
    agency_id uuid constraint document_agency references agency (id),
    signer_post text,
    signer text,
    signed_on date,
    effective_from date,
    effective_until date,
    status text constraint document_status_known check (status in ('IN_FORCE', 'PARTLY', 'REPLACED', 'ANNULLED')),
    title text,
    public_title text generated always as (mask_persons(title)) stored,
    url text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index document_unit on document (unit_id, signed_on desc nulls last, id);
create index document_agency on document (agency_id, signed_on desc nulls last, id);
create index document_signed on document (signed_on desc nulls last, id);
create index document_number on document (number, year, id);

create table plan (
    id uuid primary key,
    name text not null,
    year integer not null,
    scope text not null,
    unit_id uuid constraint plan_unit references admin_unit (id),
    document_id uuid constraint plan_document references document (id) deferrable initially deferred
);
create index plan_unit on plan (unit_id, year desc nulls last, id);
create index plan_document on plan (document_id, year desc nulls last, id);
create index plan_year on plan (year desc nulls last, id);

create table task (
    id uuid primary key,
    plan_id uuid not null constraint task_plan references plan (id) deferrable initially deferred,
    name text not null,
    public_name text generated always as (mask_persons(name)) stored,
    heading text,
    due_on date,
    stated_due text,
    done_on date,
    state text constraint task_state_known check (state in
        ('NOT_STARTED', 'IN_PROGRESS', 'DONE', 'LATE', 'CANCELLED')),
    progress numeric,
    result text,
    public_result text generated always as (mask_persons(result)) stored,
    budget numeric,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index task_plan on task (plan_id, due_on, public_name, id);
create index task_due on task (due_on, id);

create table task_assignee (
    id uuid primary key,
    task_id uuid not null constraint task_assignee_task references task (id) deferrable initially deferred,
    name text not null,
    public_name text generated always as (mask_persons(name)) stored,
    agency_id uuid constraint task_assignee_agency references agency (id),
    role text not null constraint task_assignee_role_known check (role in ('LEAD', 'PARTNER', 'SUPPORTER'))
);
create index task_assignee_task on task_assignee (task_id, role, public_name, id);
create index task_assignee_agency on task_assignee (agency_id, role, id);

create table policy (
    id uuid primary key,
    name text not null,
    scope text not null,
    unit_id uuid constraint policy_unit references admin_unit (id),
    kind text constraint policy_kind_known check (kind in
        ('PACKAGING', 'MARKS', 'STANDARDS', 'EQUIPMENT', 'FACILITY', 'PROMOTION', 'E_COMMERCE', 'CONNECTION',
         'INFORMATION', 'TRAINING', 'LINKAGE', 'ENTERPRISE', 'DOSSIER', 'AWARD', 'CREDIT', 'TOURISM', 'OTHER')),
    document_id uuid constraint policy_document references document (id) deferrable initially deferred,
    year integer,
    valid_from date,
    valid_until date,
    content text,
    public_content text generated always as (mask_persons(content)) stored,
    recipients text,
    most numeric,
    led_by text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index policy_unit on policy (unit_id, name, id);
create index policy_document on policy (document_id, name, id);
create index policy_name on policy (name, id);

create table support (
    id uuid primary key,
    producer_id uuid constraint support_producer references producer (id) deferrable initially deferred,
    recipient text,
    public_recipient text generated always as (mask_owner_name(recipient)) stored,
    product_id uuid constraint support_product references product (id) deferrable initially deferred,
    kind text constraint support_kind_known check (kind in
        ('PACKAGING', 'MARKS', 'STANDARDS', 'EQUIPMENT', 'FACILITY', 'PROMOTION', 'E_COMMERCE', 'CONNECTION',
         'INFORMATION', 'TRAINING', 'LINKAGE', 'ENTERPRISE', 'DOSSIER', 'AWARD', 'CREDIT', 'TOURISM', 'OTHER')),
    content text,
    public_content text generated always as (mask_persons(content)) stored,
    year integer not null,
    given_on date,
    amount numeric,
    own_funds numeric,
    source text,
    policy_id uuid constraint support_policy references policy (id) deferrable initially deferred,
    agency_id uuid constraint support_agency references agency (id),
    given_by text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index support_producer on support (producer_id, year desc nulls last, id);
create index support_product on support (product_id, year desc nulls last, id);
create index support_policy on support (policy_id, year desc nulls last, id);
create index support_agency on support (agency_id, year desc nulls last, id);
create index support_year on support (year desc nulls last, id);

create table investment (
    id uuid primary key,
    producer_id uuid not null constraint investment_producer references producer (id) deferrable initially deferred,
    year integer not null,
    kind text constraint investment_kind_known check (kind in
        ('PACKAGING', 'MARKS', 'STANDARDS', 'EQUIPMENT', 'FACILITY', 'PROMOTION', 'E_COMMERCE', 'CONNECTION',
         'INFORMATION', 'TRAINING', 'LINKAGE', 'ENTERPRISE', 'DOSSIER', 'AWARD', 'CREDIT', 'TOURISM', 'OTHER')),
    content text not null,
    public_content text generated always as (mask_persons(content)) stored,
    amount numeric,
    source text,
    capacity text,
    note text,
    public_note text generated always as (mask_persons(note)) stored
);
create index investment_producer on investment (producer_id, year desc nulls last, id);
create index investment_year on investment (year desc nulls last, id);
