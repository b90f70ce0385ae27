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
         values ('01890000-0000-7000-8000-000000000001', 'Hộ kinh doanh Lâm Phúc Sang', 'HOUSEHOLD_BUSINESS', null);
         insert into product (id, name, producer_id) values
         ('01890000-0000-7000-8000-000000000002', 'Rượu Lâm Phúc Sang', '01890000-0000-7000-8000-000000000001'),
         ('01890000-0000-7000-8000-000000000003', 'Tương ớt Cẩm Đức', '01890000-0000-7000-8000-000000000001')",
    )
    .await;
    // Nothing tells that this is a person and no brand.
    assert_eq!(made, ["Hộ kinh doanh Lâm Phúc Sang", "Rượu Lâm Phúc Sang", "Tương ớt Cẩm Đức"]);
    let known = names("update producer set representative = 'Lâm Phúc Sang'").await;
    assert_eq!(known, ["Hộ kinh doanh L. P. Sang", "Rượu L. P. Sang", "Tương ớt Cẩm Đức"]);
    let other = names("update producer set representative = null, name = 'Hộ Nguyễn Đức'").await;
    assert_eq!(other, ["Hộ N. Đức", "Rượu Lâm Phúc Sang", "Tương ớt Cẩm Đức"]);
    let renamed = names("update product set name = 'Rượu Nguyễn Đức' where name like 'Rượu%'").await;
    assert_eq!(renamed, ["Hộ N. Đức", "Rượu N. Đức", "Tương ớt Cẩm Đức"]);
}
