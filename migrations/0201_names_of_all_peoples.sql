-- Names of all peoples of the country, in every form that registers write them in: behind a word for a household, in brackets or
-- behind a dash, beside another's, with the middle words Văn, Thị and A, with Y, H' and K' before them. One text is shown in one
-- form everywhere: names and free texts go through the same functions.

-- A word without punctuation around it.
create function bare_word(word text) returns text
language sql immutable strict parallel safe as $$ select btrim(word, E'()[]{},;:."“”''‘’-–—/&\u2060') $$;

-- Words of a text; those that hang together by a stroke, a dash or a comma stand for themselves, and a word joiner tells that no
-- blank was there.
create function words_of(txt text) returns text[]
language sql immutable strict parallel safe as $$
    select regexp_split_to_array(
        regexp_replace(btrim(normalize(txt, NFC), E' \t\r\n\u00a0\u200b\u200c\u200d\ufeff'),
            E'([^\\s0-9.,;:/&()–—\u2060-]{2}[,;:/&(–—-]+)(?=[^\\s0-9.,;:/&()–—-]{2})', E'\\1\u2060 ', 'g'),
        E'[ \\t\\r\\n\u00a0\u200b\u200c\u200d\ufeff]+')
$$;
create function joined_words(words text[]) returns text
language sql immutable strict parallel safe as $$
    select replace(array_to_string(words, ' '), E'\u2060 ', '')
$$;

-- Letters only, those of the peoples of the Central Highlands among them, and the stroke of H'Yen and K'Brèo.
create function is_name_word(folded text) returns boolean
language sql immutable strict parallel safe as $$ select folded ~ '^[a-zƀɃ''’‘ʼ]+$' $$;

-- MINOR: as likely a plain word; a family name with Văn, Thị or A behind it, and behind a word for a household.
create or replace function family_name_rank(word text, plain boolean) returns text
language sql immutable strict parallel safe as $$
    select case
        when not plain and s && '{nguyễn,trần,phạm,huỳnh,lê,đặng,phan,võ,trương,trịnh,bùi,đinh}' then 'SURE'
        when s && '{quách,quàng,phùng,khổng,nghiêm,doãn,giàng,lường,nguyen,pham,huynh}' then 'FIRM'
        when s && '{hoàng,vũ,dương,lý,đoàn,tạ,ngô,đỗ,hồ,hà,mai,thái,cao,châu,tô,lâm,lương,vi,la,lò,cầm,đào,lưu,chu,
            vương,tăng,tống,tôn,triệu,mạc,hứa,kiều,đàm,đậu,cù,lục,nông,ninh,thân,tiêu,thạch,danh,
            tran,ngo,bui,dang,truong,duong,doan,quach,luong,hoang}' then 'LIKELY'
        when word = any ('{vàng,sùng,thào,mùa,tòng,kim,sơn,quảng,phương,lầu,hờ,chứ,sình,tẩn,chảo,phàn,bàn,cà,chế,bế,ma,hạng,
            hảng,cứ,páo,phá,và,vừ,xồng,lỳ,lù,lùng,lèng,ly,cháng,thền,tải,củng,pờ,giàng,khang,khà,lèo,vì,điêu,đèo,bạc,
            bạch,hán,cư,từ,âu,viên,ung,ông,lại,phó,phí,tiết,thiều,quan,bành,lã,lữ,mã,nhan,nghị,kha,khuất,cấn,thi,
            thị,sầm,sèn,seo,sín,tráng,thàng,thèn,xin,lộc,chíu,chìu,phùn,chướng,voòng,chắng,dềnh,lìn,tằng,ngải,
            ksor,siu,kpă,kpa,nay,rmah,rơchâm,rcom,rahlan,rơmah,nie,niê,mlô,êban,kbuôr,byă,ayun,ênuôl,knul,buôn,êñuôl,
            hmok,kđoh,adrơng,krông,bríu,hôih,hốih,arất,bhling,bling,bhnướch,alăng,zơrâm,pơloong,riáh,coor,cơlâu,arâl,briu,
            tơngôl,hiên,blup,ating,abing,hồih,đinhxê,rapat,katơr,chamaléa,pinăng,pi,katê,kadá,mấu,tro,
            điểu,thổ,lâu,rơông,liêng,cil,kơsă,kră,bon,tou,đa,ndu,lơmu,sa,srong,neang,néang,chau,tăng,sơn}'::text[]) then 'MINOR'
        when plain and s && '{le,phan,vo,trinh,dinh,quang,phung,khong,nghiem,giang,vu,ly,ta,do,ho,ha,mai,thai,cao,
            chau,to,lam,vi,la,lo,cam,dao,luu,chu,vuong,tang,tong,ton,trieu,mac,hua,kieu,dam,dau,nong,ninh}'
            then 'LIKELY'
        when plain and word = any ('{vang,sung,thao,mua,tong,kim,son,quang,phuong,lau,sinh,tan,chao,phan,ban,ca,che,hang,thach,
            danh,luong,quach,ksor,siu,kpa,nay,nie,mlo,eban,bya,ayun,briu,alang,bling}'::text[]) then 'MINOR'
    end
    -- offset: or the spellings are made anew for every list
    from (select spellings(word) as s offset 0) as one
$$;

create or replace function middle_name_rank(word text) returns text
language sql immutable strict parallel safe as $$
    select case
        when word = 'a' then 'A'
        when s && '{thị,thi}' then 'THI'
        when s && '{văn,van}' then 'VAN'
        when s && '{hữu,đức,công,viết,tấn,diệu,bích,mỹ,mĩ,ngọc,quốc,đình,xuân,thanh,minh,kim,thu,thúy,thuý,thùy,
            thuỳ,hoài,hồng,bá,khắc,sỹ,sĩ,thế,trọng,quang,tuyết,cẩm,lệ,kiều,đăng,duy,như,ánh,nhật,tiến,trung,
            huu,duc,cong,viet,tan,dieu,bich,my,ngoc,quoc,dinh,xuan,thuy,hoai,hong,khac,sy,the,trong,tuyet,cam,le,
            kieu,dang,nhu,anh,nhat,tien}' then 'USUAL'
    end
    from (select spellings(word) as s offset 0) as one
$$;

-- Words that a name of trade ends in or holds, and no person's does.
create function is_trade_word(bare text) returns boolean
language sql immutable strict parallel safe as $$
    select bare = any ('{food,foods,farm,farms,coffee,cafe,café,tea,mart,shop,store,group,organic,organics,fruit,fruits,garden,green,
        home,house,rice,bakery,beauty,spa,ocop,vn,phê,chua,bánh,bún,mắm,miến,giò,chả,nem,rượu,nếp,gạo,sạch,sản,sấy,
        thực,phẩm,nghiệp,dừa,nấm,mật,cốc,quán,tiệm,ghế,khí,hóa}'::text[])
$$;

-- Whether Y, H', K' or A stand before a name: Y Bhuăt Êban, H’Yen Niê, K'Brèo, A Lăng Búp.
create function opens_highland_name(bare text) returns boolean
language sql immutable strict parallel safe as $$ select bare ~ '^(?:y|h|k|a|[yhk][''’‘ʼ].*)$' $$;

-- As person_length of before, for names behind a word for a household: there every name of two to four words that begins with a
-- family name is a person's, whatever its middle word, unless it holds a word of trade.
create function person_length(bare text[], named boolean[], ends boolean[], at integer, opening boolean, plain boolean,
    household boolean)
returns integer
language plpgsql immutable strict parallel safe
set search_path from current
as $$
declare
    -- families of two words: Tôn Nữ, A Lăng, Rơ Châm
    double boolean := named[at] and not ends[at] and coalesce(bare[at] || ' ' || bare[at + 1]
        in ('tôn nữ', 'tôn thất', 'công tằng', 'công huyền', 'a lăng', 'rơ châm', 'rơ lan', 'rơ mah', 'ra lan', 'ton nu', 'ton that'), false);
    family text;
    middle text;
    length integer := 1;
begin
    if not named[at] or ends[at] then
        return 0;
    end if;
    family := case when double then 'SURE' else family_name_rank(bare[at], plain) end;
    while at + length <= cardinality(bare) and named[at + length] loop
        exit when bare[at + length] in ('huyện', 'xã', 'phường', 'thôn', 'tỉnh', 'khối', 'ấp', 'bản', 'tp', 'tx', 'tt', 'và', '')
            or (plain and at + length < cardinality(bare) and bare[at + length] in ('huyen', 'thon', 'xa', 'tinh'))
            or bare[at + length] || ' ' || coalesce(bare[at + length + 1], '') in
                ('thành phố', 'thị xã', 'thị trấn', 'thanh pho', 'thi tran');
        length := length + 1;
        exit when ends[at + length - 1];
    end loop;
    if length = 1 or bare[at] || ' ' || bare[at + 1]
        in ('hồ tiêu', 'cao su', 'cà phê', 'cà chua', 'kim chi', 'vàng bạc', 'hà nội', 'thái lan', 'mai vàng', 'chè xanh') then
        return 0;
    end if;
    middle := case when length > 2 then middle_name_rank(bare[at + 1]) end;
    if length > 4 and not (double and length <= 6) then
        length := case when middle is not null then 3 else 1 end;
    end if;
    if exists (select from unnest(bare[at + 1 : at + length - 1]) as w where is_trade_word(w)) and coalesce(middle, '') not in ('THI', 'VAN') then
        return 0;
    end if;
    return case
        when double and length > 2 then length
        when middle = 'THI' and (family is not null or opening and bare[at] not in ('siêu', 'đô', 'sieu')) then length
        when middle = 'VAN' and (family is not null or household and opening) then length
        when middle = 'A' and family is not null then length
        when opening and household and length > 1 and opens_highland_name(bare[at]) then length
        -- what merchants call a house, not a person: Lê Gia, Hoàng Kim Phát; towns and plants
        when bare[at + length - 1] in ('gia', 'đệ', 'thiết', 'rang', 'rí', 'lăng') and length = 2 then 0
        when family in ('LIKELY', 'MINOR') and (household or bare[at] in ('hoàng', 'kim'))
            and bare[at + length - 1] in ('phát', 'lợi', 'thịnh', 'vượng', 'lộc', 'gia', 'kim', 'long', 'thành', 'ngân', 'hưng') then 0
        when family in ('SURE', 'FIRM') and middle = 'USUAL' then length
        when not opening or family is null then 0
        when family = 'SURE' and length > 1 then length
        when family = 'FIRM' and length > 2 then length
        when middle = 'USUAL' and family <> 'MINOR' then length
        when household and family in ('FIRM', 'LIKELY') and (length > 2 or not plain) then length
        when household and family = 'MINOR' and length > 2 then length
        else 0
    end;
end
$$;

-- Companies and cooperatives bear their owners' names in public; so do schools, streets and markets.
create function bears_public_name(folded text) returns boolean
language sql immutable strict parallel safe as $$
    select folded || ' ' ~ '(^|[^a-z])(cong ty|c\.?ty|tnhh|dntn|doanh nghiep|hop tac xa|h\.?t\.?x|to hop tac|t\.?h\.?t|lien hiep|trung tam|'
        'sieu thi|benh vien|buu dien|thpt|thcs|mam non|tieu hoc|truong hoc|khach san|chi nhanh|tap doan) '
$$;

-- Streets, towns and schools that are called after a person; where nothing else tells of a person, it is that.
create function is_namesake(bare text) returns boolean
language sql immutable strict parallel safe
set search_path from current
as $$
    select fold_text(bare) = any ('{tran van thoi,nguyen thi minh khai,phan dinh phung,nguyen van troi,nguyen van cu,nguyen van linh,
        pham van dong,le van tam,tran quoc toan,tran quang khai,tran quoc tuan,le thi hong gam,vo thi sau,nguyen thi dinh,vo van kiet,
        le dinh chinh,nguyen dinh chieu,phan dang luu,tran dang ninh,le quang dinh,nguyen viet xuan,hoang van thu,
        le van sy,phan van tri,nguyen van nghi,le van viet,nguyen duc canh,dang thuy tram,le hong phong,tran quang dieu,le duc tho,
        nguyen huu tho,nguyen cong tru,le trong tan,pham ngoc thach,pham hong thai,huynh tan phat,le thanh ton,le thanh tong,
        nguyen thanh phuong,phan dinh giot,nguyen dinh thi,bui thi xuan,dinh cong trang,phan huy chu,tran nhat duat,le quy don}'::text[])
$$;

-- A name with its first words shortened in place.
create function shorten_word(word text) returns text
language sql immutable strict parallel safe as $$
    select regexp_replace(word, E'^([]()[{},;:."“”''–/-]*)(.).*$', '\1\2.') || substring(word from E'\u2060$|$')
$$;

create or replace function shorten_owner_name(name text) returns text
language plpgsql immutable strict parallel safe
-- a dump is restored with an empty search_path, and generated columns are computed then
set search_path from current
as $$
declare
    folded text := fold_text(name);
    words text[];
    bare text[];
    named boolean[];
    ends boolean[];
    plain boolean;
    capitals boolean;
    household boolean;
    -- Đỗ Xuân Xiển (chủ hộ)
    said_behind text := substring(name from '(?i)\S(\s*[(,–-]\s*(?:chủ (?:hộ|cơ sở|trang trại|vườn)|hộ (?:kinh doanh|kd|sx|sản xuất|cá thể|gia đình|'
        'nông dân)|hkd)(?: cá thể)?\)?\s*)$');
    first integer;
    at integer;
    length integer;
    found boolean := false;
begin
    if said_behind is not null then
        return substr(shorten_owner_name('Hộ ' || left(name, -char_length(said_behind))), 4) || said_behind;
    end if;
    -- most names are a company's or a cooperative's: leave early
    if folded !~ '^\s*(ho|hkd|h\.k\.d|co|cs|cssx|trang|nha|ong|ba|chu)\M| (thi|van|a) |'
        '^\s*(nguyen|tran|pham|huynh|le|dang|phan|vo|truong|trinh|bui|dinh|quach|quang|phung|khong|nghiem|doan|giang|luong)'
        '( \S+){2,3}\s*$' then
        return name;
    end if;
    words := words_of(name);
    bare := array(select bare_word(w) from unnest(words_of(lower_vietnamese(name))) with ordinality as t (w, i) order by i);
    if bears_public_name(fold_text(array_to_string(bare, ' '))) then
        return name;
    end if;
    first := 1 + household_words(bare);
    household := first > 1 and fold_text(array_to_string(bare[1 : first - 1], ' ')) ~ '^(ho|hkd|h\.k\.d|chu ho|ong|ba)\M'
        and fold_text(array_to_string(bare[1 : first - 1], ' ')) !~ '\m(co so|cs)\M';
    plain := array_to_string(bare[first:], '') ~ '^[ -~]*$';
    capitals := array_to_string(words[first:], '') <> lower_vietnamese(array_to_string(words[first:], ''));
    named := array(
        select is_name_word(fold_text(b)) and (not capitals or left(bare_word(w), 1) <> left(b, 1))
        from unnest(words, bare) with ordinality as t (w, b, i) order by i);
    ends := array(select w ~ E'[]),;:"”/–(&-]\u2060?$' or coalesce(lead(w) over (order by i), '') ~ '^[(“"[]'
                  from unnest(words) with ordinality as t (w, i) order by i);

    at := first;
    while at < cardinality(words) loop
        length := person_length(bare, named, ends, at,
            first > 1 and (capitals or household) and (at = first or not named[at - 1] or ends[at - 1]), plain, household);
        -- a bare name is a household only when the whole of it is a person's, and no name that trade is under
        if first = 1 and (length < cardinality(words) or middle_name_rank(bare[2]) is null
            or fold_text(bare[cardinality(bare)]) ~ '^(gia|phat)$' or is_trade_word(bare[cardinality(bare)])) then
            return name;
        end if;
        if length > 0 then
            found := true;
            for k in at .. at + length - 2 loop
                words[k] := shorten_word(words[k]);
            end loop;
        end if;
        at := at + greatest(length, 1);
    end loop;
    return case when found then joined_words(words) else name end;
end
$$;

-- How many words from `at` on are one of the owners' names, of two words and more; where the tone's mark stands in names of three
-- does not count.
create or replace function owner_length(bare text[], at integer, owners text[]) returns integer
language sql immutable strict parallel safe
set search_path from current
as $$
    select coalesce(max(cardinality(o.words)), 0)
    from (
        select array(select bare_word(w) from unnest(words_of(lower_vietnamese(owner))) with ordinality as t (w, i)
                     order by i) as words
        from unnest(owners) as owner
    ) as o
    where cardinality(o.words) > 1
      and (bare[at : at + cardinality(o.words) - 1] = o.words
           or (cardinality(o.words) > 2 or array_to_string(bare[at : at + 1], '') ~ '^[ -~]*$')
              and fold_text(array_to_string(bare[at : at + cardinality(o.words) - 1], ' ')) = fold_text(array_to_string(o.words, ' ')))
$$;

create or replace function shorten_persons(txt text, owners text[], bare_too boolean) returns text
language plpgsql immutable strict parallel safe
set search_path from current
as $$
declare
    folded text := fold_text(txt);
    folds text[];
    held text[] := owners;
    words text[];
    bare text[];
    letters boolean[];
    named boolean[];
    ends boolean[];
    plain boolean;
    capitals boolean;
    shouted boolean;
    public boolean;
    at integer := 1;
    cue integer;
    length integer;
    opening boolean := false;
    person boolean;
    household boolean := false;
    free boolean;
    found boolean := false;
begin
    -- owners who stand nowhere in the text need not be looked for at every word
    if held <> '{}' then
        held := array(select owner from unnest(owners) as owner where position(regexp_replace(btrim(fold_text(owner)), '[^a-z0-9]+', ' ', 'g')
            in regexp_replace(folded, '[^a-z0-9]+', ' ', 'g')) > 0);
    end if;
    -- most texts name nobody: leave early
    if held = '{}' and not (bare_too and (folded ~ '\m(thi|van|a)\M' or folded ~
        '\m(nguyen|tran|pham|huynh|le|dang|phan|vo|truong|trinh|bui|dinh)\M' and lower_vietnamese(txt) ~
        '\m(nguyễn|trần|phạm|huỳnh|lê|đặng|phan|võ|trương|trịnh|bùi|đinh)\M')) and folded !~
        '\m(ho|hkd|h\.k\.d|co|cs|cssx|trang|nha|ong|ba|anh|chi|chu|bac|bau|nghe|nong|dai|lien|hoi|xa|thanh)\M' then
        return txt;
    end if;
    plain := txt ~ '^[ -~\s]*$';
    capitals := txt <> lower_vietnamese(txt);
    shouted := capitals and translate(txt, 'abcdefghijklmnopqrstuvwxyz', '') = txt;
    words := words_of(txt);
    bare := array(select bare_word(w) from unnest(words_of(lower_vietnamese(txt))) with ordinality as t (w, i) order by i);
    folds := array(select fold_text(b) from unnest(bare) with ordinality as t (b, i) order by i);
    letters := array(select is_name_word(f) from unnest(folds) with ordinality as t (f, i) order by i);
    named := array(
        select l and (not capitals or left(bare_word(w), 1) <> left(b, 1))
        from unnest(words, bare, letters) with ordinality as t (w, b, l, i) order by i);
    ends := array(select w ~ E'[]),;:"”/–(&-]\u2060?$' or coalesce(lead(w) over (order by i), '') ~ '^[(“"[]'
                  from unnest(words) with ordinality as t (w, i) order by i);
    public := bears_public_name(folded);

    while at <= cardinality(words) loop
        person := false;
        loop
            cue := case when folds[at] in ('ho', 'hkd', 'h.k.d', 'co', 'cs', 'cssx', 'trang', 'nha', 'ong', 'ba', 'anh', 'chi', 'chu',
                'bac', 'bau', 'nghe', 'nong', 'dai', 'lien', 'hoi', 'xa', 'thanh') then person_cue(bare, at, plain) else 0 end;
            exit when cue = 0 or at + cue > cardinality(words);
            -- the bare word for a household or a person, before a name of three or four words
            person := bare[at + cue - 1] in ('hộ', 'ông', 'bà', 'chị', 'anh', 'ho', 'ong', 'ba', 'chi');
            household := bare[at] in ('hộ', 'hkd', 'h.k.d', 'ho', 'ông', 'bà')
                and not array_to_string(bare[at : at + cue - 1], ' ') ~ '(cơ sở|cs|co so)$';
            at := at + cue;
            opening := true;
        end loop;
        length := case when held = '{}' then 0 else owner_length(bare, at, held) end;
        -- names that nothing announces: with Thị, Văn or A, or of a surely family name and a usual middle one
        free := bare_too and (bare[at + 1] in ('thị', 'văn', 'thi', 'van')
            or bare[at + 1] = 'a' and capitals and named[at + 1] and named[at + 2] and not ends[at + 1]
            or bare[at] in ('nguyễn', 'trần', 'phạm', 'huỳnh', 'lê', 'đặng', 'phan', 'võ', 'trương', 'trịnh', 'bùi', 'đinh')
                and named[at + 2] and coalesce(middle_name_rank(bare[at + 1]), '') = 'USUAL');
        if length = 0 and at < cardinality(words) and (opening or free) then
            length := person_length(bare, named, ends, at, opening, plain, opening and household and not shouted);
            if length = 0 and opening and coalesce(middle_name_rank(bare[at + 1]), '') in ('THI', 'VAN') then
                length := person_length(bare, letters, ends, at, opening, plain, household);
            end if;
            -- Thi and Van without marks are of a name only behind a family's
            if not plain and bare[at + 1] in ('thi', 'van') and family_name_rank(bare[at], plain) is null then
                length := 0;
            end if;
            -- and not those of places and bodies
            free := free and family_name_rank(bare[at], plain) is not null
                and (at = 1 or ends[at - 1] or folds[at - 1] !~
                    '^([0-9].*|so|duong|pho|ngo|hem|kiet|cho|truong|thpt|thcs|khu|cau|cty|tnhh|mtv|cp|dntn|htx|tht|tac|xa|nghiep|'
                    'vien|hung|si|den|lang|tho|truong|benh|tran|huyen|phuong|thon|ap|ban|quan|duoc|mai|dai|lo|quoc|tinh|tuyen)$')
                and (at < 3 or not array_to_string(bare[greatest(at - 4, 1) : at - 1], ' ') ~ '(trường|đường|phố|chợ|thpt|thcs|công viên)')
                and not (public and (at = 1 or not ends[at - 1]))
                and not is_namesake(array_to_string(bare[at : at + greatest(length, 1) - 1], ' '));
            if not opening and not free then
                length := 0;
            end if;
            if length = 0 and opening and person and not shouted and family_name_rank(bare[at], plain) is not null then
                while at + length <= cardinality(words) and named[at + length] loop
                    length := length + 1;
                    exit when ends[at + length - 1];
                end loop;
                length := case when length in (3, 4) then length else 0 end;
            end if;
        end if;
        if length > 1 then
            found := true;
            for k in at .. at + length - 2 loop
                words[k] := shorten_word(words[k]);
            end loop;
            at := at + length;
            -- others may follow: hộ Nguyễn Văn An, Trần Thị Bình và Lê Hoa
            opening := ends[at - 1];
            if at <= cardinality(words) and bare[at] in ('và', 'va', '&', ',', '') then
                opening := true;
                at := at + 1;
            end if;
        else
            -- what a household makes may stand between: cơ sở bánh tráng Nguyễn Thị Hoa
            opening := opening and capitals and not shouted and not named[at] and not ends[at]
                and folds[at] ~ '^[a-z]*$';
            at := at + 1;
        end if;
    end loop;
    return case when found then joined_words(words) else txt end;
end
$$;

-- What the public may read of a text, be it a name or a note: no phone or personal code, no person's full name.
create or replace function mask_persons(txt text, owners text[], bare_too boolean) returns text
language sql immutable strict parallel safe
set search_path from current
as $$
    select shorten_persons(case when t ~ '^\s*\S+(\s+\S+){1,11}\s*$' then shorten_owner_name(t) else t end, owners, bare_too)
    from (select case when txt ~ '[0-9oO][^0-9oO[:alpha:]]{0,3}[0-9oO][^0-9oO[:alpha:]]{0,3}[0-9oO]|[^\u0001-\u024f\u0300-\u036f\u1e00-\u1fff\u2010-\u2027]'
                      then mask_numbers(txt) else txt end as t offset 0) as one
$$;
create or replace function mask_persons(txt text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$ select mask_persons(txt, '{}', true) $$;
create or replace function mask_owner_name(name text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$ select mask_persons(name, '{}', true) $$;
comment on function mask_owner_name(text) is 'As mask_persons: one text is shown in one form, whichever field it stands in.';
