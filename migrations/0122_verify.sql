-- Genuine or not: codes as people type them. Case, spaces, dashes, diacritics (QĐ, QD) do not count.

create function verify_key(code text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$ select upper(regexp_replace(fold_vietnamese(code), '[^a-z0-9]', '', 'g')) $$;
comment on function verify_key(text) is 'Letters and digits of a code, in capitals without diacritics.';

-- What slips of the eye leave alone: O for 0, I or L for 1.
create function verify_slip(code text) returns text
language sql immutable strict parallel safe
set search_path from current
as $$ select translate(verify_key(code), 'OIL', '011') $$;
comment on function verify_slip(text) is 'verify_key with letters that are taken for digits as these digits.';

create index quality_certificate_verify on quality_certificate (verify_slip(number) collate "C");
create index growing_area_verify on growing_area (verify_slip(code) collate "C");
create index recognition_verify on recognition (verify_slip(decision_number) collate "C");
create index agreement_verify on agreement (verify_slip(number) collate "C");
