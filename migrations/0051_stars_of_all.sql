-- Stars of all products at once: groups of a whole list call no function for each row.

create function product_stars_all(day date) returns table (id uuid, value integer)
language sql stable strict parallel safe as $$
    select distinct on (r.product_id) r.product_id, r.stars
    from recognition r
    where case
            when r.decided_on is not null then r.valid_from <= day and day < r.valid_to
            else r.decided_year <= extract(year from day) and day < make_date(r.decided_year + 3, 1, 1)
        end
      and (r.revoked_on is null or day < r.revoked_on)
    order by r.product_id, r.decided_year desc, r.decided_on desc nulls last, r.id
$$;
comment on function product_stars_all(date) is 'For each product what product_stars_on gives, null left out.';
