select t0.public_name from product t0 where fold_text(t0.public_name) like like_within($1) and t0.public_packing is null order by t0.id limit $2;
select t0.public_name from product t0 where (t0.public_packing = $1 or fold_text(t0.public_name) like like_beginning($2)) order by t0.id limit $3;
select t0.public_name from product t0 where (t0.public_name = $1 or (exists (select from producer s0 where s0.id = t0.producer_id and s0.kind = $2)) is not true) order by t0.id limit $3;
select t0.public_name, t0.public_packing from product t0 where (t0.public_packing = $1) is not true order by t0.id limit $2;
select count(*) from product t0;
select count(*) from product t0 where false;
