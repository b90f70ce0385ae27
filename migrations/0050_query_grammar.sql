-- What conditions and orders of the query language need: the Vietnamese order of texts, folded search, values as
-- of a day, and indexes over the tables that grow large.

-- The order of the Vietnamese alphabet, whatever the database was made with. A server without ICU has none: there
-- texts go by their letters' numbers.
do $$
begin
    create collation vietnamese (provider = icu, locale = 'vi');
exception when others then
    raise warning 'no Vietnamese collation (%): texts will be sorted by their letters'' numbers', sqlerrm;
    create collation vietnamese from "C";
end
$$;

-- Patterns for LIKE over folded text. What is special in a pattern stands for itself.
create function like_within(txt text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$
    select '%' || regexp_replace(fold_vietnamese(txt), '([\\%_])', '\\\1', 'g') || '%'
$$;

create function like_beginning(txt text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$
    select regexp_replace(fold_vietnamese(txt), '([\\%_])', '\\\1', 'g') || '%'
$$;

-- Words: runs of letters and digits, folded; of very long ones the beginning.
create function folded_words(txt text) returns tsvector
language sql immutable strict parallel safe
set search_path from current
as $$
    select array_to_tsvector(array(
        select distinct left(word, 100)
        from regexp_split_to_table(fold_vietnamese(txt), '[^a-z0-9]+') as word
        where word <> ''))
$$;

-- What has, for each word of the text, a word that begins with it; null, which nothing fulfils, for no words.
create function words_beginning(txt text) returns tsquery
language sql immutable strict parallel safe
set search_path from current
as $$
    select string_agg(left(word, 100) || ':*', ' & ')::tsquery
    from regexp_split_to_table(fold_vietnamese(txt), '[^a-z0-9]+') as word
    where word <> ''
$$;

-- Stars of a product on a day (see product_stars).
create function product_stars_on(product uuid, day date) returns integer
language plpgsql stable strict parallel safe as $$
begin
    return (
        select r.stars
        from recognition r
        where r.product_id = product
          and case
              when r.decided_on is not null then r.valid_from <= day and day < r.valid_to
              else r.decided_year <= extract(year from day) and day < make_date(r.decided_year + 3, 1, 1)
          end
          and (r.revoked_on is null or day < r.revoked_on)
        order by r.decided_year desc, r.decided_on desc nulls last, r.id
        limit 1
    );
end
$$;

-- Whether a certificate is in force on a day (see quality_certificate_in_force).
create function quality_certificate_in_force_on(certificate uuid, day date) returns boolean
language plpgsql stable strict parallel safe as $$
begin
    return (
        select case
            when c.expires_on < day or c.issued_on > day then false
            when c.expires_on is not null then true
        end
        from quality_certificate c
        where c.id = certificate
    );
end
$$;

-- Names in the Vietnamese order, and by their words.
create index product_name_order on product (name collate vietnamese, id);
create index producer_name_order on producer (public_name collate vietnamese, id);
create index product_name_words on product using gin (folded_words(name));
create index producer_name_words on producer using gin (folded_words(public_name));

-- Parts of names. The extension comes with PostgreSQL's contrib package; without it `contains` reads all rows.
do $$
begin
    create extension if not exists pg_trgm;
    create index product_name_parts on product using gin (fold_vietnamese(name) gin_trgm_ops);
    create index producer_name_parts on producer using gin (fold_vietnamese(public_name) gin_trgm_ops);
exception when others then
    raise warning 'no index on parts of names (%)', sqlerrm;
end
$$;
