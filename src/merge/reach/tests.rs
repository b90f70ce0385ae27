//! Blocks that grow and shrink over the size from which on they join nothing: what the touched part gives is
//! what everything gives.

use serde_json::{Value, json};

use crate::merge::tests::{Hub, cause};
use crate::merge::{Applied, Change, apply, rebuild};

type Row<'a> = (&'a str, &'a str, Value, Value, &'a [&'a str]);

fn producer<'a>(key: &'a str, name: &str, places: &'a [&'a str]) -> Row<'a> {
    ("Producer", key, json!({ "name": name }), json!({}), places)
}

const COMMUNES: [&[&str]; 12] = [
    &["20001"],
    &["20002"],
    &["20003"],
    &["20004"],
    &["20005"],
    &["20006"],
    &["20007"],
    &["20008"],
    &["20009"],
    &["20010"],
    &["20011"],
    &["20012"],
];

/// How many entities the two of one name are, and how many pairs are listed.
async fn state(hub: &Hub) -> (usize, usize) {
    let two = hub.text("select distinct entity_id::text from node where key in ('poor', 'rich')").await;
    (two.len(), hub.text("select id::text from doubtful_match").await.len())
}

async fn as_everything_gives(hub: &Hub, applied: &Applied) {
    assert!(!applied.whole, "one record touches a part");
    let rebuilt = rebuild(&hub.pool, &hub.catalog, cause()).await.expect("rebuilt");
    assert_eq!(rebuilt.differences, Vec::<String>::new());
}

#[tokio::test]
async fn a_block_that_crosses_the_limit_is_touched_as_a_whole() {
    let hub = Hub::start().await;
    let keys: Vec<String> = (0..10).map(|n| format!("{n}")).collect();
    let mut rows: Vec<Row> = vec![producer("rich", "HTX Tân Thành", COMMUNES[10])];
    rows.extend(keys.iter().zip(COMMUNES).map(|(key, places)| producer(key, "HTX Tân Thạnh", places)));
    hub.stage("trade/INDUSTRY_AND_TRADE/49", "INDUSTRY_AND_TRADE", "2025-01-31", &rows).await;
    let poor = [producer("poor", "Hợp tác xã Tân Thành", &[])];
    hub.stage("ocop/RURAL_DEVELOPMENT/49", "RURAL_DEVELOPMENT", "2025-02-28", &poor).await;
    hub.apply().await;
    let before = state(&hub).await;

    // The thirteenth of one name without marks in the province.
    let more = [producer("more", "HTX Tân Thạnh", COMMUNES[11])];
    hub.stage("agri/AGRICULTURE/49", "AGRICULTURE", "2025-03-31", &more).await;
    as_everything_gives(&hub, &hub.apply().await).await;
    assert_ne!(state(&hub).await, before, "so many are not compared");

    let last =
        sqlx::query_scalar("select id from import where scope like 'agri%'").fetch_all(&hub.pool).await;
    let back = Change { revert: last.expect("imports"), ..Change::new(cause()) };
    let applied = apply(&hub.pool, &hub.catalog, &back).await.expect("reverted");
    // What is reverted stays as a ghost, which is evidence still.
    as_everything_gives(&hub, &applied).await;
    hub.stop().await;
}
