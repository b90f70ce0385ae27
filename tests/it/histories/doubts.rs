//! A later version of a list that repeats most rows leaves the doubts about them alone, save for the names shown.

use std::sync::Arc;

use chrono::NaiveDate;
use lienthong::ingest::place::Places;
use lienthong::ingest::register::Registers;
use lienthong::store::id::stable;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::given::{announce, record};
use super::{by, pipeline};
use crate::harness::TestDatabase;
use crate::tables;

#[tokio::test]
async fn doubts_about_what_is_repeated_stay() {
    let catalog = Arc::new(lienthong::catalog::load_embedded().unwrap());
    let registers = Arc::new(Registers::load(&catalog, None).unwrap());
    let database = TestDatabase::create().await;
    let pool = &database.pool;
    let hub = pipeline(pool, &catalog, &registers, &Arc::new(Places::load()));
    let pairs = [
        ("a", "HTX Phước Quỳnh Lâm", "HTX Phúc Quỳnh Lâm"),
        ("b", "HTX Nông nghiệp Son Y", "HTX Sơn Ý"),
        ("c", "HTX Mia Châu", "HTX Mai Châu"),
    ];
    let day = |day: u32| NaiveDate::from_ymd_opt(2024, 1, day).unwrap();
    let theirs = import(pool, "theirs/RURAL_DEVELOPMENT/49", day(1)).await;
    let ours = import(pool, "ours/AGRICULTURE/49", day(2)).await;
    for (row, (key, one, other)) in (0..).zip(pairs) {
        producer(pool, theirs, row, key, one, &["20551"]).await;
        producer(pool, ours, row, key, other, &["20551"]).await;
    }
    hub.apply_all(&by(), &[theirs.0, ours.0], true).await.unwrap();
    let before = doubts(pool).await;
    assert!(!before.is_empty(), "nothing is doubtful");

    // The same rows, and one more that has nothing to do with them.
    let later = import(pool, "ours/AGRICULTURE/49", day(3)).await;
    for (row, (key, _, other)) in (0..).zip(pairs) {
        producer(pool, later, row, key, other, &["20551"]).await;
    }
    producer(pool, later, 3, "d", "Công ty TNHH Gốm Chu Đậu", &["20560"]).await;
    let applied = hub.apply_all(&by(), &[later.0], true).await.unwrap().applied.unwrap();
    assert!(!applied.whole, "everything was computed");
    assert_eq!(doubts(pool).await, before);
    assert_eq!(hub.rebuild(&by()).await.unwrap().differences, Vec::<String>::new());
    assert_eq!(tables::rows(pool, "producer").await, 7);
}

async fn doubts(pool: &PgPool) -> Vec<(String, String, String)> {
    sqlx::query_as("select left_name, right_name, reasons from doubtful_match order by id")
        .fetch_all(pool)
        .await
        .unwrap()
}

async fn producer(
    pool: &PgPool,
    import: (Uuid, &str, NaiveDate),
    row: i32,
    key: &str,
    name: &str,
    places: &[&str],
) {
    let (import, scope, day) = import;
    let (fields, evidence) = (json!({ "name": name }), json!({ "places": places }));
    record(pool, (import, scope, day, row), "Producer", key, fields, json!({}), evidence).await;
}

async fn import<'s>(pool: &PgPool, scope: &'s str, day: NaiveDate) -> (Uuid, &'s str, NaiveDate) {
    let id = stable(day, &format!("import|{scope}"));
    announce(pool, id, scope, "snapshot", scope.split('/').nth(1).unwrap(), day, 0).await;
    (id, scope, day)
}
