//! What is only mentioned: it is found among what others keep, says nothing of it, and makes nothing.

use serde_json::json;

use super::rebuild;
use super::tests::{Hub, cause};

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_links_says_nothing_and_makes_nothing() {
    let hub = Hub::start().await;
    let here: &[&str] = &["20623"];
    let row = [
        ("Producer", "mention of it", json!({"name": "Hợp tác xã NN Duy Oanh"}), json!({}), here),
        (
            "SalesPoint",
            "1",
            json!({"name": "Điểm 1"}),
            json!({"operator": ["Producer", "mention of it"]}),
            here,
        ),
    ];
    hub.stage("points/RURAL_DEVELOPMENT/49", "RURAL_DEVELOPMENT", "2025-06-30", &row).await;
    // Both stand in one row of the file.
    sqlx::query("update source_record set row_no = 1").execute(&hub.pool).await.expect("one row");
    let applied = hub.apply().await;
    assert!(applied.incomplete.is_empty(), "what is only mentioned lacks nothing: {:?}", applied.incomplete);
    let operators = "select s.name || ': ' || coalesce(p.name, 'none')
                     from sales_point s left join producer p on p.id = s.operator_id order by 1";
    assert_eq!(hub.text(operators).await, ["Điểm 1: none"]);
    assert_eq!(hub.text("select name from producer").await, [""; 0]);

    // The link comes with whoever keeps the thing, and the name is that office's.
    let kept = [("Producer", "1", json!({"name": "HTX Nông nghiệp Duy Oanh"}), json!({}), here)];
    hub.stage("agri/AGRICULTURE/49", "AGRICULTURE", "2020-01-31", &kept).await;
    hub.apply().await;
    assert_eq!(hub.text(operators).await, ["Điểm 1: HTX Nông nghiệp Duy Oanh"]);
    assert_eq!(
        hub.text("select value from origin where entity = 'Producer'").await,
        ["HTX Nông nghiệp Duy Oanh"]
    );
    assert_eq!(hub.text("select field from conflict").await, [""; 0]);
    let rebuilt = rebuild(&hub.pool, &hub.catalog, cause()).await.expect("rebuilt");
    assert_eq!(rebuilt.differences, [""; 0]);
    hub.stop().await;
}
