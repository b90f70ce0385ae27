-- Vietnamese letters without the help of a locale (a cluster may be made with any), and owners' names in
-- the names of household businesses made short for the public.

create function lower_vietnamese(txt text) returns text
language sql immutable strict parallel safe as $$
    select translate(
        normalize(txt, NFC),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÃẢẠĂẰẮẴẲẶÂẦẤẪẨẬÈÉẼẺẸÊỀẾỄỂỆÌÍĨỈỊÒÓÕỎỌÔỒỐỖỔỘƠỜỚỠỞỢÙÚŨỦỤƯỪỨỮỬỰỲÝỸỶỴĐ',
        'abcdefghijklmnopqrstuvwxyzàáãảạăằắẵẳặâầấẫẩậèéẽẻẹêềếễểệìíĩỉịòóõỏọôồốỗổộơờớỡởợùúũủụưừứữửựỳýỹỷỵđ')
$$;
comment on function lower_vietnamese(text) is 'Small letters, composed, diacritics kept.';

create function fold_vietnamese(txt text) returns text
language sql immutable strict parallel safe as $$
    select translate(
        translate(
            normalize(txt, NFC),
            'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÃẢẠĂẰẮẴẲẶÂẦẤẪẨẬÈÉẼẺẸÊỀẾỄỂỆÌÍĨỈỊÒÓÕỎỌÔỒỐỖỔỘƠỜỚỠỞỢÙÚŨỦỤƯỪỨỮỬỰỲÝỸỶỴĐ',
            'abcdefghijklmnopqrstuvwxyzaaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd'),
        'àáãảạăằắẵẳặâầấẫẩậèéẽẻẹêềếễểệìíĩỉịòóõỏọôồốỗổộơờớỡởợùúũủụưừứữửựỳýỹỷỵđ',
        'aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd')
$$;
comment on function fold_vietnamese(text) is 'Small letters without diacritics.';

-- What a word may be a slip for: itself with doubled letters made single (Thhị), and with two neighbours
-- swapped (Diuệ). Exact words come first and are by far the most.
create function spellings(word text) returns text[]
language sql immutable strict parallel safe as $$
    select array_agg(substr(w, 1, i - 1) || substr(w, i + 1, 1) || substr(w, i, 1) || substr(w, i + 2)) || w
    from regexp_replace(word, '(.)\1+', '\1', 'g') as w, generate_series(1, greatest(length(w) - 1, 1)) as i
    group by w
$$;

-- How surely a word is a family name: SURE by itself, FIRM with two more words, LIKELY only with a usual
-- middle name, because brands and plain words are spelled alike (Mai, Hồ, Ngô, Hoàng).
-- `plain`: the whole name is written without diacritics, so a word may stand for several.
create function family_name_rank(word text, plain boolean) returns text
language sql immutable strict parallel safe as $$
    select case
        when not plain and s && '{nguyễn,trần,phạm,huỳnh,lê,đặng,phan,võ,trương,trịnh,bùi,đinh}' then 'SURE'
        when s && '{quách,quàng,phùng,khổng,nghiêm,doãn,giàng,lường,nguyen,pham,huynh}' then 'FIRM'
        when s && '{hoàng,vũ,dương,lý,đoàn,tạ,ngô,đỗ,hồ,hà,mai,thái,cao,châu,tô,lâm,lương,vi,la,lò,cầm,đào,lưu,chu,
            vương,tăng,tống,tôn,triệu,mạc,hứa,kiều,đàm,đậu,cù,lục,nông,ninh,thân,tiêu,thạch,danh,
            tran,ngo,bui,dang,truong,duong,doan,quach,luong,hoang}' then 'LIKELY'
        when plain and s && '{le,phan,vo,trinh,dinh,quang,phung,khong,nghiem,giang,vu,ly,ta,do,ho,ha,mai,thai,cao,
            chau,to,lam,vi,la,lo,cam,dao,luu,chu,vuong,tang,tong,ton,trieu,mac,hua,kieu,dam,dau,nong,ninh}'
            then 'LIKELY'
    end
    from (select spellings(word) as s) as one
$$;

-- THI and VAN make a person of any name; USUAL middle names stand in brands as well.
create function middle_name_rank(word text) returns text
language sql immutable strict parallel safe as $$
    select case
        when s && '{thị,thi}' then 'THI'
        when s && '{văn,van}' then 'VAN'
        when s && '{hữu,đức,công,viết,tấn,diệu,bích,mỹ,mĩ,ngọc,quốc,đình,xuân,thanh,minh,kim,thu,thúy,thuý,thùy,
            thuỳ,hoài,hồng,bá,khắc,sỹ,sĩ,thế,trọng,quang,tuyết,cẩm,lệ,kiều,đăng,duy,như,ánh,nhật,tiến,trung,
            huu,duc,cong,viet,tan,dieu,bich,my,ngoc,quoc,dinh,xuan,thuy,hoai,hong,khac,sy,the,trong,tuyet,cam,le,
            kieu,dang,nhu,anh,nhat,tien}' then 'USUAL'
    end
    from (select spellings(word) as s) as one
$$;

-- How many words from `at` on are a person's full name; 0 when they are none.
--   bare    words in small letters, without punctuation around them
--   named   whether the word can be part of a name: letters only, and capitalised where capitals tell
--   ends    whether punctuation follows the word
--   opening whether a name may start here at all: first word, or after a word that is no name
create function person_length(bare text[], named boolean[], ends boolean[], at integer, opening boolean, plain boolean)
returns integer
language plpgsql immutable strict parallel safe as $$
declare
    family text := family_name_rank(bare[at], plain);
    middle text;
    length integer := 1;
begin
    if not named[at] or ends[at] then
        return 0;
    end if;
    -- the words that can belong to it: up to punctuation or the word for a place
    while at + length <= cardinality(bare) and named[at + length] loop
        exit when bare[at + length] in ('huyện', 'xã', 'phường', 'thôn', 'tỉnh', 'khối', 'ấp', 'tp', 'tx', 'tt')
            or (plain and at + length < cardinality(bare) and bare[at + length] in ('huyen', 'thon', 'xa', 'tinh'))
            or bare[at + length] || ' ' || coalesce(bare[at + length + 1], '') in
                ('thành phố', 'thị xã', 'thị trấn', 'thanh pho', 'thi tran');
        length := length + 1;
        exit when ends[at + length - 1];
    end loop;
    if length = 1 then
        return 0;
    end if;
    middle := case when length > 2 then middle_name_rank(bare[at + 1]) end;
    if length > 4 then
        -- more than a name: a family name, a middle name and a name, then something else
        length := case when middle is not null then 3 else 1 end;
    end if;
    return case
        when middle = 'THI' and (family is not null or opening and bare[at] not in ('siêu', 'đô', 'sieu')) then length
        when middle = 'VAN' and family is not null then length
        -- what merchants call a house, not a person: Lê Gia, Hoàng Kim Phát; towns and plants
        when bare[at + length - 1] in ('gia', 'đệ', 'thiết', 'rang', 'rí', 'lăng') and length = 2 then 0
        when family = 'LIKELY' and bare[at] in ('hoàng', 'kim')
            and bare[at + length - 1] in ('phát', 'lợi', 'thịnh', 'vượng', 'lộc', 'gia') then 0
        when family in ('SURE', 'FIRM') and middle = 'USUAL' then length
        when not opening or family is null then 0
        when family = 'SURE' and length > 1 then length
        when family = 'FIRM' and length > 2 then length
        when middle = 'USUAL' then length
        else 0
    end;
end
$$;

-- How many words at the start say that this is a household: Hộ kinh doanh cá thể, HKD cơ sở, CS, Trang trại.
create function household_words(bare text[]) returns integer
language sql immutable strict parallel safe as $$
    select coalesce(cardinality(regexp_split_to_array(btrim(substring(
        -- the family name Hồ is no Hộ
        fold_vietnamese(replace(' ' || array_to_string(bare, ' '), ' hồ', ' -')) || ' '
        from '^ (?:(?:chu ho|ho (?:k[inh]+ d[oanh]+|k\.?d|sxkd|sx|san xuat|gia dinh|nong dan)|ho(?! (?:van|thi) )|hkd|h\.k\.d|co so|cs|'
            'cssx|trang trai|nha vuon|ong|ba) )(?:(?:kinh doanh|ca the|co so|cs|san xuat|sx|va|ong|ba|chu ho) )*'
    )), ' ')), 0)
$$;

create function shorten_owner_name(name text) returns text
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
    if fold_vietnamese(name) !~ '^\s*(ho|hkd|h\.k\.d|co|cs|cssx|trang|nha|ong|ba|chu)\M| (thi|van) ' then
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
        -- a bare name is a household only when the whole of it is a person's
        if first = 1 and (length < cardinality(words) or coalesce(middle_name_rank(bare[2]), 'USUAL') = 'USUAL') then
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
comment on function shorten_owner_name(text) is
    'Shortens a full personal name within the name of a household business: Hộ kinh doanh Vũ Thị Thảo → Hộ kinh doanh V. T. Thảo. Any other name comes back unchanged.';

-- What the public may read of a name: no phone or personal code that a clerk typed into it, no owner's full name.
create function mask_owner_name(name text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$
    select shorten_owner_name(regexp_replace(name, '\s*[0-9](?:[ .-]?[0-9]){8,}', '', 'g'))
$$;
comment on function mask_owner_name(text) is 'Numbers of nine and more digits left out, owners'' names shortened.';
