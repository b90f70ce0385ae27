-- A name that is nothing but a person's, without a word for a household before it, is a household's: "Huỳnh Quốc Bảo". Before,
-- that was so with Thị and Văn alone. Names that end in a word of trade ("Nguyễn Minh Farm") stay as they are.
create or replace function shorten_owner_name(name text) returns text
language plpgsql immutable strict parallel safe
-- a dump is restored with an empty search_path, and generated columns are computed then
set search_path from current
as $$
declare
    words text[];
    bare text[];
    named boolean[];
    ends boolean[];
    plain boolean;
    capitals boolean;
    first integer;
    at integer;
    length integer;
    found boolean := false;
begin
    -- most names are a company's or a cooperative's: leave early
    if fold_vietnamese(name) !~ '^\s*(ho|hkd|h\.k\.d|co|cs|cssx|trang|nha|ong|ba|chu)\M| (thi|van) |'
        '^\s*(nguyen|tran|pham|huynh|le|dang|phan|vo|truong|trinh|bui|dinh|quach|quang|phung|khong|nghiem|doan|giang|luong)'
        '( \S+){2,3}\s*$' then
        return name;
    end if;
    words := regexp_split_to_array(btrim(normalize(name, NFC), E' \t\n\u00a0'), E'[ \t\n\u00a0]+');
    bare := array(select lower_vietnamese(btrim(w, '()[]{},;:."“”''-–/')) from unnest(words) with ordinality as t (w, i)
                  order by i);
    -- companies and cooperatives bear their owners' names in public
    if fold_vietnamese(array_to_string(bare, ' ')) || ' ' ~ '(^| )(cong ty|c\.?ty|dntn|doanh nghiep|hop tac xa|'
        'h\.?t\.?x|to hop tac|t\.?h\.?t|lien hiep|trung tam) ' then
        return name;
    end if;
    first := 1 + household_words(bare);
    plain := array_to_string(bare[first:], '') ~ '^[ -~]*$';
    capitals := array_to_string(words[first:], '') <> lower_vietnamese(array_to_string(words[first:], ''));
    named := array(
        select fold_vietnamese(b) ~ '^[a-z]+$' and (not capitals or left(btrim(w, '()[]{},;:."“”''-–/'), 1) <> left(b, 1))
        from unnest(words, bare) with ordinality as t (w, b, i) order by i);
    ends := array(select w ~ '[]),;:"”/–-]$' from unnest(words) with ordinality as t (w, i) order by i);

    at := first;
    while at < cardinality(words) loop
        length := person_length(bare, named, ends, at,
            first > 1 and capitals and (at = first or not named[at - 1] or ends[at - 1]), plain);
        -- a bare name is a household only when the whole of it is a person's, and no name that trade is under
        if first = 1 and (length < cardinality(words) or middle_name_rank(bare[2]) is null
            or fold_vietnamese(bare[cardinality(bare)]) ~ '^(food|foods|farm|farms|coffee|cafe|tea|mart|shop|store|group|'
               'organic|organics|fruit|fruits|garden|green|home|house|rice|bakery|beauty|spa|gia|phat)$') then
            return name;
        end if;
        if length > 0 then
            found := true;
            for k in at .. at + length - 2 loop
                words[k] := regexp_replace(words[k], '^([]()[{},;:."“”''–/-]*)(.).*$', '\1\2.');
            end loop;
        end if;
        at := at + greatest(length, 1);
    end loop;
    return case when found then array_to_string(words, ' ') else name end;
end
$$;

-- What is stored was made by the function of before.
do $$
declare
    kept record;
begin
    for kept in
        select * from (values
            ('producer', 'name'), ('chain_contract', 'buyer_name'), ('chain_contract', 'seller_name'),
            ('craft_village_product', 'stated_maker'), ('sales_point', 'operator_name'), ('agreement', 'party'),
            ('support', 'recipient'), ('inspection', 'subject'), ('organisation_change', 'former_name')) as t (tab, col)
    loop
        execute format('update %I set %I = %I where mask_owner_name(%I) is distinct from %I and %I = %I',
            kept.tab, kept.col, kept.col, kept.col, kept.col, 'public_' || kept.col, kept.col);
    end loop;
end
$$;

-- Nor were what offices say beside each other, the sides of doubtful pairs, and the documents for searching, which are made
-- anew at the next start.
update conflict c
set public_value = mask_owner_name(c.public_value), public_standing_value = mask_owner_name(c.public_standing_value)
from field_mask m
where m.entity = c.entity_type and m.field = c.field and m.mask = 'name'
  and (mask_owner_name(c.public_value) is distinct from c.public_value
       or mask_owner_name(c.public_standing_value) is distinct from c.public_standing_value);
update doubtful_match
set public_left_name = mask_owner_name(public_left_name), public_right_name = mask_owner_name(public_right_name)
where mask_owner_name(public_left_name) is distinct from public_left_name
   or mask_owner_name(public_right_name) is distinct from public_right_name;
delete from search_state;
