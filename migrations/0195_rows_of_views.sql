-- How many rows a view is expected to give: what counting them is priced by. PostgreSQL keeps no such number of views,
-- and its planner has one at once.

create function rows_expected(view oid) returns int8
    language plpgsql
as $$
declare
    plan json;
begin
    execute format('explain (format json) select from %s', view::regclass) into plan;
    return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::int8;
end
$$;
