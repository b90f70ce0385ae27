-- What holds today is what holds on the day that is today: one rule, not two.

create or replace function product_stars(product uuid) returns integer
language sql stable parallel safe
as $$ select product_stars_on(product, (now() at time zone 'Asia/Ho_Chi_Minh')::date) $$;

create or replace function quality_certificate_in_force(certificate uuid) returns boolean
language sql stable parallel safe
as $$ select quality_certificate_in_force_on(certificate, (now() at time zone 'Asia/Ho_Chi_Minh')::date) $$;
