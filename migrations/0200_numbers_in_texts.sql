-- Phones and personal codes as people write them: with digits of another width, an o for the nought, "(84)", commas or strokes
-- between their parts, two of them behind each other. Dates, prices and numbers of decisions stay.

-- Digits of other forms (full width, mathematical, raised) as plain ones; other letters stay as they are.
create function plain_digits(txt text) returns text
language sql immutable strict parallel safe as $$
    select case when txt ~ '[０-９𝟎-𝟿⁰-⁹₀-₉①-⑨٠-٩۰-۹]' then translate(txt,
        '０１２３４５６７８９＋．－（），𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉①②③④⑤⑥⑦⑧⑨٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹',
        '0123456789+.-(),0123456789012345678901234567890123456789012345678904567890123456789123456789' || '01234567890123456789')
    else txt end
$$;

create function strip_numbers(txt text) returns text
language sql immutable strict parallel safe as $$
    select regexp_replace(txt,
        '\s*(?:'
        -- +84 987 654 321, (84)987654321, 0084…
        '(?<![0-9.,])\(?(?:\+|00)?\(?84\)?[ .\u00a0-]{0,2}(?:\(?0\)?)?(?=[1-9])(?:[ .()\u00a0\u2009–-]{0,2}[0-9oO]){8,10}(?![0-9])'
        -- 0987654321 and personal codes, also behind a comma
        '|(?<![0-9])0[0-9oO]{8,11}(?![0-9])'
        -- 0987 654 321, 0987.654.321, (024) 3825 1234, 079 190 654 922; no date, no list of months, no part of a code
        '|(?<![0-9.,])(?<!(?:^|[^0-9 .])[0-9]{1,4}-)(?!0?[0-9] ?[./-] ?[01]?[0-9] ?[./-] ?(?:19|20)[0-9]{2}(?![0-9]))\(?(?=0[1-9][0-9oO]|0[35789]?[ .-][0-9]{3})0(?:(?:[ .\u00a0\u2009–-]|  |\) ?| ?\()?[0-9oO]){8,11}'
        '(?![0-9])(?![.,][0-9]{3}(?![0-9]))'
        '|(?<=,)0[2-9][0-9]{2}(?:[ .-]?[0-9]){6}(?![0-9])'
        -- 0987,654,321, 098/7654/321
        '|(?<![0-9.,])(?=(?:[,/; ]{0,2}[0-9oO]){10,11}(?![0-9]))0[0-9oO]{2,4}(?:[,/;] ?[0-9oO]{2,4}){1,4}(?![0-9])'
        -- o987654321
        '|(?<![[:alnum:].,])[oO](?=[ .-]?[0-9])(?:[ .,-]?[0-9oO]){8,10}(?![0-9])'
        ')', '', 'g')
$$;

create function mask_numbers(txt text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$
    select case
        -- most texts hold no long number: leave early
        when plain_digits(txt) !~ '(?:[0-9oO][^0-9oO[:alpha:]]{0,3}){8}[0-9oO]' then txt
        when strip_numbers(plain_digits(txt)) = plain_digits(txt) then txt
        else strip_numbers(plain_digits(txt))
    end
$$;
comment on function mask_numbers(text) is 'Phones and personal codes left out of a text, however their digits are written.';
