-- Who did what to which record, and who read personal data. Nothing of it is ever changed: each entry holds the hash of
-- the one before, so that a change by whoever owns the database is found out (`lienthong audit verify`).

create table audit_entry (
    seq bigint primary key constraint audit_entry_seq check (seq > 0),
    id uuid not null generated always as (encode(substring(hash from 1 for 16), 'hex')::uuid) stored,
    at timestamptz not null,
    stage text not null constraint audit_entry_stage check (stage in ('BEGUN', 'DONE', 'FAILED', 'READ')),
    action text not null,
    record text,
    code text,                             -- why it failed
    identity text not null,
    actor text not null,
    role text not null,
    organisation text,
    address text,
    purpose text,
    trace_id text not null,
    previous bytea not null,
    hash bytea not null                    -- SHA-256 over the hash before and what stands above, as JSON
);
create unique index audit_entry_id on audit_entry (id);
create index audit_entry_at on audit_entry (at desc, id);

create function refuse_change_of_audit() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is only appended to';
end
$$;
create trigger audit_entry_stays before update or delete on audit_entry
    for each row execute function refuse_change_of_audit();
create trigger audit_entry_stays_whole before truncate on audit_entry
    for each statement execute function refuse_change_of_audit();

create view audit_record as
select a.id, a.seq::integer as number, a.at, a.stage, a.action, a.record, a.code, a.identity, a.actor, a.role,
       a.organisation, a.address, a.purpose, a.trace_id, encode(a.hash, 'hex') as hash
from audit_entry a;
