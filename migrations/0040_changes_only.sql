-- Deliveries of changes beside full lists: a newer full list replaces them too. And no look at the import for
-- each row of it: imports are never deleted, rows come with theirs in one transaction.

create or replace view applied_import as
select i.id, i.scope, i.office, i.mode, i.agency_id, i.file_name, i.as_of, i.received_at,
       case when i.mode = 'append' then (
                select count(*)
                from import s
                where s.scope = i.scope and s.mode = 'snapshot' and s.state = 'APPLIED'
                  and (s.as_of, s.received_at, s.id) > (i.as_of, i.received_at, i.id)
            )
            else row_number() over (partition by i.scope, i.mode order by i.as_of desc, i.received_at desc, i.id desc) - 1
       end as rank
from import i
where i.state = 'APPLIED';

alter table raw_row drop constraint raw_row_import_id_fkey;
alter table row_issue drop constraint row_issue_import_id_fkey;
alter table source_record drop constraint source_record_import_id_fkey;
alter table entity_member drop constraint entity_member_record_id_fkey;
