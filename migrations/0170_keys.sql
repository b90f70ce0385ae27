-- Keys by which programs are known. The key itself is shown once and never kept: only a keyed hash of it.

create table api_key (
    id uuid primary key,
    prefix text not null constraint api_key_prefix unique,
    label text not null,
    organisation text,
    role text not null
        constraint api_key_role check (role in ('PUBLIC', 'PARTNER', 'AGENCY', 'STEWARD', 'ADMIN')),
    scopes text[],                         -- null: all that the role brings
    office text
        constraint api_key_office check (office in ('AGRICULTURE', 'INDUSTRY_AND_TRADE', 'RURAL_DEVELOPMENT')),
    province_code text,
    networks cidr[],                       -- null: from anywhere
    hash bytea not null,                   -- HMAC-SHA-256 of the key
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    revoked_by text,
    last_used_at timestamptz,
    rotated_from_id uuid references api_key (id),
    constraint api_key_agency check (role <> 'AGENCY' or (office is not null and province_code is not null))
);
create index api_key_created on api_key (created_at desc, id);
create index api_key_rotated_from on api_key (rotated_from_id);

-- What keys are hashed with, where the operator names nothing else.
create table key_secret (
    one boolean primary key default true constraint key_secret_one check (one),
    secret bytea not null
);

-- As the graph shows them: without the hash.
create view api_key_entry as
select k.id, k.prefix, k.label, k.organisation, k.role, to_jsonb(k.scopes) as scopes, k.office, k.province_code,
       to_jsonb(k.networks::text[]) as networks, k.created_at, k.created_by, k.expires_at, k.revoked_at, k.revoked_by,
       k.last_used_at, k.rotated_from_id
from api_key k;
