-- Names of products and producers downwards. Nulls stay last there too, so that is no reading backwards.

create index product_name_descending on product (public_name collate vietnamese desc nulls last, id);
create index producer_name_descending on producer (public_name collate vietnamese desc nulls last, id);
