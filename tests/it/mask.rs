//! Owners' names and numbers in names and texts, as the public sees them: each case a text and what is shown.

use crate::harness::TestDatabase;

#[tokio::test]
async fn every_name_is_shown_as_it_should() {
    let database = TestDatabase::create().await;
    let mut cases = csv::Reader::from_reader(include_str!("../cases/mask/owner_names.csv").as_bytes());
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases.records() {
        let case = case.unwrap();
        let shown: String = sqlx::query_scalar("select mask_owner_name($1)")
            .bind(&case[0])
            .fetch_one(&database.pool)
            .await
            .unwrap();
        if shown != case[1] {
            wrong.push(format!("{}: {shown}, not {}", &case[0], &case[1]));
        }
        count += 1;
    }
    assert!(count > 80, "{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_text_is_shown_as_it_should() {
    let database = TestDatabase::create().await;
    let mut cases = csv::Reader::from_reader(include_str!("../cases/mask/texts.csv").as_bytes());
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in cases.records() {
        let case = case.unwrap();
        let owners: Vec<&str> = case[1].split('|').filter(|owner| !owner.is_empty()).collect();
        let shown: String = sqlx::query_scalar("select mask_persons($1, $2, true)")
            .bind(&case[0])
            .bind(owners)
            .fetch_one(&database.pool)
            .await
            .unwrap();
        if shown != case[2] {
            wrong.push(format!("{}: {shown}, not {}", &case[0], &case[2]));
        }
        count += 1;
    }
    assert!(count > 50, "{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A product's public name follows its maker: what the maker's row keeps back is not read in the product either.
#[tokio::test]
async fn a_product_keeps_back_whom_its_maker_keeps_back() {
    let database = TestDatabase::create().await;
    let names = async |sql: &'static str| -> Vec<String> {
        if !sql.is_empty() {
            sqlx::raw_sql(sql).execute(&database.pool).await.unwrap();
        }
        sqlx::query_scalar(
            "select public_name from producer union all (select public_name from product order by name)",
        )
        .fetch_all(&database.pool)
        .await
        .unwrap()
    };
    let made = names(
        "insert into producer (id, name, kind, representative)
         values ('01890000-0000-7000-8000-000000000001', 'Hộ kinh doanh Hải Phúc Sang', 'HOUSEHOLD_BUSINESS', null);
         insert into product (id, name, producer_id) values
         ('01890000-0000-7000-8000-000000000002', 'Rượu Hải Phúc Sang', '01890000-0000-7000-8000-000000000001'),
         ('01890000-0000-7000-8000-000000000003', 'Tương ớt Cẩm Đức', '01890000-0000-7000-8000-000000000001')",
    )
    .await;
    // Nothing tells that this is a person and no brand.
    assert_eq!(made, ["Hộ kinh doanh Hải Phúc Sang", "Rượu Hải Phúc Sang", "Tương ớt Cẩm Đức"]);
    let known = names("update producer set representative = 'Hải Phúc Sang'").await;
    assert_eq!(known, ["Hộ kinh doanh H. P. Sang", "Rượu H. P. Sang", "Tương ớt Cẩm Đức"]);
    let other = names("update producer set representative = null, name = 'Hộ Nguyễn Đức'").await;
    assert_eq!(other, ["Hộ N. Đức", "Rượu Hải Phúc Sang", "Tương ớt Cẩm Đức"]);
    let renamed = names("update product set name = 'Rượu Nguyễn Đức' where name like 'Rượu%'").await;
    assert_eq!(renamed, ["Hộ N. Đức", "Rượu N. Đức", "Tương ớt Cẩm Đức"]);
}

/// Texts about a maker keep back whom it keeps back, and follow it; also what offices say beside each other.
#[tokio::test]
async fn texts_about_a_maker_keep_back_its_owners() {
    let database = TestDatabase::create().await;
    sqlx::raw_sql(
        "alter table conflict drop constraint conflict_import_id_fkey;
         insert into producer (id, name, kind) values
             ('01890000-0000-7000-8000-000000000001', 'Hộ kinh doanh Hải Phúc Sang', 'HOUSEHOLD_BUSINESS');
         insert into product (id, name, packing, code, producer_id) values
             ('01890000-0000-7000-8000-000000000002', 'Rượu Hải Phúc Sang', 'gói 500 g, gọi Hải Phúc Sang o987654432',
              '079190654922', '01890000-0000-7000-8000-000000000001');
         insert into inspection (id, year, subject, goods, note, producer_id, product_id) values
             ('01890000-0000-7000-8000-000000000003', 2025, 'HẢI PHÚC SANG', 'Rượu Hải Phúc Sang', 'Hai Phuc Sang vắng mặt',
              '01890000-0000-7000-8000-000000000001', null);
         insert into sales_point (id, name, address, operator_name, operator_id) values
             ('01890000-0000-7000-8000-000000000004', 'Nhà Hải Phúc Sang', '12 Tô Hiệu, gọi ０９８７６５４２２６',
              'Hải Phúc Sang', '01890000-0000-7000-8000-000000000001');
         insert into conflict (id, entity_type, entity_id, field, office, value, standing_value, status, import_id)
         select gen_random_uuid(), 'Product', p.id, 'name', 'TRADE', p.name, p.name, 'OPEN', gen_random_uuid() from product p",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let shown = async || -> String {
        sqlx::query_scalar(
            "select concat_ws(' | ', p.public_name, p.public_packing, coalesce(p.public_code, '-'), i.public_subject, i.public_goods,
                    i.public_note, s.public_name, s.public_address, s.public_operator_name)
             from product p, inspection i, sales_point s",
        )
        .fetch_one(&database.pool)
        .await
        .unwrap()
    };
    // A number goes whoever owns what; a name that nobody keeps back stays.
    assert_eq!(
        shown().await,
        "Rượu Hải Phúc Sang | gói 500 g, gọi Hải Phúc Sang | - | HẢI PHÚC SANG | Rượu Hải Phúc Sang | \
         Hai Phuc Sang vắng mặt | Nhà Hải Phúc Sang | 12 Tô Hiệu, gọi | Hải Phúc Sang"
    );
    sqlx::raw_sql("update producer set representative = 'Hải Phúc Sang'")
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(
        shown().await,
        "Rượu H. P. Sang | gói 500 g, gọi H. P. Sang | - | H. P. SANG | Rượu H. P. Sang | \
         H. P. Sang vắng mặt | Nhà H. P. Sang | 12 Tô Hiệu, gọi | H. P. Sang"
    );
    let beside: (String, String) = sqlx::query_as("select public_value, public_standing_value from conflict")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(beside, ("Rượu H. P. Sang".to_owned(), "Rượu H. P. Sang".to_owned()));
}

/// One text is shown in one form, in whichever field it stands.
#[tokio::test]
async fn a_name_and_a_note_are_shown_alike() {
    let database = TestDatabase::create().await;
    for file in [include_str!("../cases/mask/owner_names.csv"), include_str!("../cases/mask/texts.csv")] {
        for case in csv::Reader::from_reader(file.as_bytes()).records() {
            let text = case.unwrap()[0].to_owned();
            let forms: Vec<String> = sqlx::query_scalar(
                "select distinct form from (values (mask_owner_name($1)), (mask_persons($1)), (public_value('name', $1)),
                        (public_value('text', $1, null)), (mask_persons($1, '{}', true))) as f (form)",
            )
            .bind(&text)
            .fetch_all(&database.pool)
            .await
            .unwrap();
            assert_eq!(forms.len(), 1, "{text}: {forms:?}");
        }
    }
}
