-- A demand is its organisation's by the name as it was stored; others read it without persons, as before. (Where both
-- were one column, organisations that are named like a person saw none of their own demands.)

create or replace view demand_entry as
select d.id, mask_persons(d.name, '{}', true) as name, d.organisation,
       coalesce((select n.entity_id from address a join node n on n.id = a.node_id where a.id = d.partner_id), d.partner_id)
           as partner_id,
       d.group_id, mask_persons(d.words) as words, d.quantity, d.unit, d.months, d.place_id, d.minimum_stars, d.standards,
       d.delivery_from, d.delivery_to, d.shelf_life_days, d.price_ceiling, d.minimum_order, d.stored_at, d.withdrawn_at,
       mask_persons(d.organisation) as public_organisation
from demand d;
