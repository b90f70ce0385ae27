-- A certificate of which the year of issue alone is known is in force from that year's first day on, as its validity says.
create or replace function quality_certificate_in_force_on(certificate uuid, day date) returns boolean
language plpgsql stable strict parallel safe as $$
begin
    return (
        select case
            when c.expires_on < day or coalesce(c.issued_on, make_date(c.issued_year, 1, 1)) > day then false
            when c.expires_on is not null then true
        end
        from quality_certificate c
        where c.id = certificate
    );
end
$$;
