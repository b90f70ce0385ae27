//! Owners' names and numbers in names, as the public sees them: each case a name and what is shown.

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
