-- Products' names are read by the public as `public_name` (0070): orders and searches go by that.

drop index product_name_order;
drop index product_name_words;
create index product_name_order on product (public_name collate vietnamese, id);
create index product_name_words on product using gin (folded_words(public_name));

do $$
begin
    drop index if exists product_name_parts;
    create index product_name_parts on product using gin (fold_vietnamese(public_name) gin_trgm_ops);
exception when others then
    raise warning 'no index on parts of names (%)', sqlerrm;
end
$$;
