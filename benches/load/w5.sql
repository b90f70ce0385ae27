-- hub: select t1.value as c0, t4.id as c1, t4.name as c2, count(*) as c3 from product t0 left join product_stars_period t1 on t1.id = t0.id and t1.valid_from <= $1 and $1 < t1.valid_to left join producer t2 on t2.id = t0.producer_id left join admin_unit t3 on t3.id = t2.commune_now_id left join admin_unit t4 on t4.id = t3.province_id group by t1.value, t4.id, t4.name order by t1.value, t4.id, t4.name collate vietnamese limit $2
-- By hand: provinces are named once they are counted.
\set d random(0, 699)
select c.stars, c.province_id, u.name, c.count
from (
    select v.value as stars, t.province_id, count(*) as count
    from product p
    left join product_stars_period v on v.id = p.id
        and v.valid_from <= date '2024-01-01' + :d::int and date '2024-01-01' + :d::int < v.valid_to
    left join producer m on m.id = p.producer_id
    left join admin_unit t on t.id = m.commune_now_id
    group by v.value, t.province_id
    limit 200
) c
left join admin_unit u on u.id = c.province_id
order by c.stars, c.province_id;
