//! What an office mends with a later delivery about the same day: in registers whose deliveries add up, and with
//! deliveries of changes.

use serde_json::{Value, json};

use super::rebuild;
use super::tests::{Hub, cause};

const SCOPE: &str = "certificates/AGRICULTURE/49";

/// Delivers one statement about 5 June 2024, handed in on that day, beside what came before.
async fn deliver(hub: &Hub, scope: &str, on: &str, members: i32, withdrawn: bool) {
    let said = json!({ "name": "HTX NN Sen Phượng", "memberCount": members, "taxCode": "9940003687" });
    let rows = [("Producer", "1", said, json!({}), &["20551"] as &[&str])];
    hub.stage(scope, "AGRICULTURE", on, &rows).await;
    for sql in [
        "update source_record r set observed_on = '2024-06-05' from import i
         where i.id = r.import_id and i.state = 'STAGED' and $1 is not null",
        "update source_record r set evidence = r.evidence || jsonb_build_object('withdrawn', $1) from import i
         where i.id = r.import_id and i.state = 'STAGED'",
        "update import set mode = 'append' where state = 'STAGED' and $1 is not null",
    ] {
        sqlx::query(sql).bind(withdrawn).execute(&hub.pool).await.expect(sql);
    }
    hub.apply().await;
    let rebuilt = rebuild(&hub.pool, &hub.catalog, cause()).await.expect("rebuilt");
    assert_eq!(rebuilt.differences, [""; 0], "{on}");
}

async fn members(hub: &Hub) -> Vec<Value> {
    let found = hub.text("select coalesce(member_count::text, '-') from producer").await;
    found.into_iter().map(Value::String).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_day_the_later_delivery_of_a_scope_stands() {
    let hub = Hub::start().await;
    // In whatever order they are taken in.
    deliver(&hub, SCOPE, "2025-02-28", 35, false).await;
    deliver(&hub, SCOPE, "2025-01-31", 31, false).await;
    assert_eq!(members(&hub).await, ["35"]);
    // What was mended does not vote against what mended it, nor is it a conflict.
    deliver(&hub, SCOPE, "2025-03-31", 36, false).await;
    deliver(&hub, SCOPE, "2025-01-30", 31, false).await;
    assert_eq!(members(&hub).await, ["36"]);
    assert_eq!(hub.text("select field from conflict").await, [""; 0]);
    // Taken back, and said again later.
    deliver(&hub, SCOPE, "2025-04-30", 36, true).await;
    assert_eq!(members(&hub).await, [""; 0]);
    deliver(&hub, SCOPE, "2025-05-31", 37, false).await;
    assert_eq!(members(&hub).await, ["37"]);
    hub.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn across_scopes_it_does_not_matter_which_came_later() {
    let mut stood = Vec::new();
    for days in [["2025-01-31", "2025-02-28"], ["2025-02-28", "2025-01-31"]] {
        let hub = Hub::start().await;
        deliver(&hub, SCOPE, days[0], 31, false).await;
        deliver(&hub, "lists/AGRICULTURE/49", days[1], 35, false).await;
        stood.push(members(&hub).await);
        assert_eq!(hub.text("select field from conflict").await, ["memberCount"]);
        hub.stop().await;
    }
    assert_eq!(stood[0], stood[1]);
}
