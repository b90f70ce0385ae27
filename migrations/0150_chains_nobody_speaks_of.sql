-- Whether a chain is circular or green is unknown where no office speaks of it.

alter table value_chain
    alter column circular drop not null,
    alter column green drop not null;
