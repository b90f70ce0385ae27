-- A judgement that two entities are one is on all that they were made of then. And parties of agreements may be
-- households, which bear their owners' names.

alter table judgement
    add column left_nodes uuid[] not null default '{}',
    add column right_nodes uuid[] not null default '{}';

alter table agreement add column public_party text generated always as (mask_owner_name(party)) stored;
