-- Products are verified by their code, too.

create index product_verify on product (verify_slip(code) collate "C");
