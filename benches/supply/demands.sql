-- Demands made from numbers alone, for `run.sh`: a sub-group, or the largest group with all its sub-groups, of either
-- classification; a quantity, three months, a place, and by turns stars, standards, shelf life, price, smallest order.
\o /dev/null
\timing on
select format(
    'execute supply(%L::uuid[], ''{}'', %s, ''kg'', %s, %s, %L, %L, %s, %s, %s, %s, %s, false, 20, 0, %L, 100, ''{}'')',
    array(
        select g.id from product_group g
        left join product_group p on p.id = g.parent_id
        where g.level = 'SUBGROUP' and case :'kind' when 'group' then p.number = 1 else g.number = 1 + n * 11 % 26 end
    ),
    50 + n * 37 % 3000, 7 << (n % 10), (array[0, 3, 4, 5])[n % 4 + 1], (array['{}', '{ORGANIC}', '{HACCP,VIETGAP}'])[n % 3 + 1],
    date '2027-01-15' + n % 300, (array[0, 90, 180])[n % 3 + 1], (array[0, 50000, 120000])[n % 3 + 1], (array[0, 100])[n % 2 + 1],
    case when n % 2 = 0 then '''NaN''' else (9 + n % 14)::text end, case when n % 2 = 0 then '''NaN''' else (104 + n % 5)::text end,
    n % 2 = 0)
from generate_series(1, :demands) n
\gexec
