//! Merging on a real database: what is written, that nothing changes without cause, that failure leaves
//! no trace.

use chrono::NaiveDate;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::types::Json;

use super::{Applied, Cause, Change, Counts, apply, publish_masks, rebuild};
use crate::catalog::{Catalog, load_embedded};
use crate::store::cluster::{Cluster, ClusterOptions};
use crate::store::id::stable;
use crate::store::migrate::migrate;
use crate::store::record::node_id;

pub(super) struct Hub {
    pub(super) pool: PgPool,
    pub(super) catalog: Catalog,
    cluster: Cluster,
    _folder: tempfile::TempDir,
}

impl Hub {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let options = ClusterOptions::scratch(&folder.path().join("data"), crate::config::search_path());
        let cluster = Cluster::start(&options).await.expect("a cluster");
        cluster.create_database("merge").await.expect("a database");
        let pool = PgPool::connect_with(cluster.connect_options("merge")).await.expect("a pool");
        migrate(&pool).await.expect("migrated");
        let catalog = load_embedded().expect("a catalog");
        publish_masks(&mut pool.acquire().await.expect("a connection"), &catalog).await.expect("masks");
        Self { pool, catalog, cluster, _folder: folder }
    }

    pub(super) async fn apply(&self) -> Applied {
        self.try_apply().await.expect("applied")
    }

    async fn try_apply(&self) -> anyhow::Result<Applied> {
        let staged = sqlx::query_scalar("select id from import where state = 'STAGED'");
        let take = staged.fetch_all(&self.pool).await.expect("imports");
        apply(&self.pool, &self.catalog, &Change { take, ..Change::new(cause()) }).await
    }

    pub(super) async fn stop(self) {
        self.pool.close().await;
        self.cluster.stop().await.expect("stopped");
    }

    /// Stages a delivery of (entity type, key, fields, refs by key, places); a key says what is only mentioned.
    pub(super) async fn stage(
        &self,
        scope: &str,
        office: &str,
        as_of: &str,
        rows: &[(&str, &str, Value, Value, &[&str])],
    ) {
        let day: NaiveDate = as_of.parse().expect("a day");
        let import = stable(day, &format!("import|{scope}"));
        sqlx::query(
            "insert into import (id, sha256, file_name, bytes, register, register_version, scope, mode, office,
                 as_of, received_at, state)
             values ($1, $2, $3, '', 'r', '1', $4, 'snapshot', $5, $6, $6, 'STAGED')",
        )
        .bind(import)
        .bind(import.as_bytes().as_slice())
        .bind(format!("{scope} {as_of}.xlsx"))
        .bind(scope)
        .bind(office)
        .bind(day)
        .execute(&self.pool)
        .await
        .expect("an import");
        let id = |entity: &str, key: &str| stable(day, &format!("{import}|{entity}|{key}"));
        for (at, (entity, key, fields, refs, places)) in rows.iter().enumerate() {
            let refs = refs.as_object().expect("an object").iter();
            let refs: serde_json::Map<String, Value> = refs
                .map(|(field, to)| {
                    (field.clone(), json!(id(to[0].as_str().unwrap(), to[1].as_str().unwrap())))
                })
                .collect();
            sqlx::query(
                "insert into source_record (id, import_id, sheet, row_no, entity, key, observed_on, fields, refs,
                                            evidence, node_id)
                 values ($1, $2, 'S', $3, $4, $5, $6, $7, $8, $9, $10)",
            )
                .bind(id(entity, key))
                .bind(import)
                .bind(at as i32 + 1)
                .bind(entity)
                .bind(key)
                .bind(day)
                .bind(Json(fields))
                .bind(Json(refs))
                .bind(Json(json!({ "places": places, "distinct": *entity == "Producer" && scope.starts_with("agri"),
                                   "mention": key.starts_with("mention") })))
                .bind(node_id(entity, scope, key))
                .execute(&self.pool)
                .await
                .expect("a record");
        }
    }

    pub(super) async fn text(&self, sql: &'static str) -> Vec<String> {
        sqlx::query_scalar(sql).fetch_all(&self.pool).await.expect("rows")
    }
}

pub(super) fn cause() -> Cause {
    Cause { kind: "IMPORT", id: None, import: None, by: "a test".into(), at: chrono::DateTime::default() }
}

fn recognised(product: &str, stars: i32, day: &str) -> Value {
    json!({ "stars": stars, "potentialFiveStar": false, "decidedOn": day,
            "decidedYear": day[..4].parse::<i32>().unwrap(), "score": "71.50", "decisionNumber": product })
}

async fn first_deliveries(hub: &Hub) {
    one_office(hub).await;
    another_office(hub).await;
}

async fn one_office(hub: &Hub) {
    let none = || json!({});
    hub.stage(
        "agri/AGRICULTURE/49",
        "AGRICULTURE",
        "2024-12-31",
        &[
            (
                "Producer",
                "1",
                json!({ "name": "HTX NN Sen Phượng", "memberCount": 31, "taxCode": "9940003687" }),
                none(),
                &["20551"],
            ),
            ("Producer", "2", json!({ "name": "HTX Tân Thành", "memberCount": 7 }), none(), &["20560"]),
        ],
    )
    .await;
}

async fn another_office(hub: &Hub) {
    let none = || json!({});
    hub.stage(
        "ocop/RURAL_DEVELOPMENT/49",
        "RURAL_DEVELOPMENT",
        "2025-06-30",
        &[
            (
                "Producer",
                "1",
                json!({ "name": "Hợp tác xã Sen Phượng", "memberCount": 99 }),
                none(),
                &["20551"],
            ),
            (
                "Producer",
                "3",
                json!({ "name": "Hộ kinh doanh Vũ Thị Thảo", "phone": "0900001",
             "taxCode": "049088001234" }),
                none(),
                &["20561"],
            ),
            ("Producer", "4", json!({ "name": "HTX Tân Thành" }), none(), &[]),
            (
                "Product",
                "1",
                json!({ "name": "Măng khô Sen Phượng", "packing": "500\tg" }),
                json!({ "producer": ["Producer", "1"] }),
                &[],
            ),
            (
                "Recognition",
                "1",
                recognised("Măng khô", 3, "2021-05-01"),
                json!({ "product": ["Product", "1"] }),
                &[],
            ),
            ("Product", "2", json!({ "packing": "thùng" }), json!({ "producer": ["Producer", "3"] }), &[]),
            (
                "Recognition",
                "2",
                recognised("?", 4, "2022-05-01"),
                json!({ "product": ["Product", "2"] }),
                &[],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn entities_follow_the_records() {
    let hub = Hub::start().await;
    first_deliveries(&hub).await;
    let applied = hub.apply().await;
    let counts = |applied: &Applied, name: &str| applied.entities[name];
    assert_eq!(counts(&applied, "Producer"), Counts { inserted: 4, updated: 0, deleted: 0, total: 4 });
    assert_eq!((counts(&applied, "Product").total, counts(&applied, "Recognition").total), (1, 1));
    let lacking: Vec<(&str, &str)> =
        applied.incomplete.iter().map(|i| (i.entity.as_str(), i.field.as_str())).collect();
    assert_eq!(lacking, [("Product", "name"), ("Recognition", "product")]);
    assert_eq!(applied.doubtful, 1);
    let of_sen =
        hub.text("select name || '/' || member_count || '/' || tax_code from producer where name ~ 'Sen'");
    assert_eq!(of_sen.await, ["HTX NN Sen Phượng/31/9940003687"]);
    assert_eq!(hub.text("select packing from product").await, ["500\tg"]);
    assert_eq!(hub.text("select valid_to::text from recognition").await, ["2024-05-01"]);
    let said =
        "select value || '/' || chosen || '/' || file from origin where field = 'memberCount' order by 1";
    assert_eq!(
        hub.text(said).await,
        [
            "31/true/agri/AGRICULTURE/49 2024-12-31.xlsx",
            "7/true/agri/AGRICULTURE/49 2024-12-31.xlsx",
            "99/false/ocop/RURAL_DEVELOPMENT/49 2025-06-30.xlsx"
        ]
    );
    let shown = "select field || '=' || coalesce(public_value, '-') from origin o
                 join producer p on p.id = o.entity_id where p.name ~ 'Vũ' order by 1";
    assert_eq!(hub.text(shown).await, ["name=Hộ kinh doanh V. T. Thảo", "phone=-", "taxCode=-"]);
    assert_eq!(hub.text("select distinct state from import").await, ["APPLIED"]);
    let reasons =
        hub.text("select entity_type || ' ' || left(left_id, 9) || ' ' || reasons from doubtful_match");
    assert_eq!(
        reasons.await,
        [
            "Producer producer_ +LEGAL_FORM:1.0 +NAME:8.0 +PROVINCE:0.0 -COMMON_NAME:-0.5 -NO_PLACE:-0.8 p=0.871"
        ]
    );

    nothing_changes_without_cause(&hub).await;
    a_newer_delivery_replaces(&hub).await;
    failure_leaves_no_trace(&hub).await;
    hub.stop().await;
}

async fn nothing_changes_without_cause(hub: &Hub) {
    let change = Change { whole: true, ..Change::new(cause()) };
    let again = apply(&hub.pool, &hub.catalog, &change).await.expect("applied");
    assert!(again.entities.values().all(|c| (c.inserted, c.updated, c.deleted) == (0, 0, 0)), "{again:?}");
    let rebuilt = rebuild(&hub.pool, &hub.catalog, cause()).await.expect("rebuilt");
    assert_eq!(rebuilt.differences, Vec::<String>::new());
    assert!(rebuilt.hashes.len() > 6 && rebuilt.applied.entities["Producer"].total == 4);
}

async fn a_newer_delivery_replaces(hub: &Hub) {
    let before = hub.text("select id::text from producer where name ~ 'Sen'").await;
    let sen = json!({ "name": "HTX NN Sen Phượng", "memberCount": 35, "areaHectares": "1.50", "taxCode": "9940003687" });
    let rows = [("Producer", "1", sen, json!({}), &["20551"] as &[&str])];
    hub.stage("agri/AGRICULTURE/49", "AGRICULTURE", "2025-11-15", &rows).await;
    let applied = hub.apply().await;
    let Counts { inserted, updated, deleted, .. } = applied.entities["Producer"];
    assert_eq!((inserted, updated, deleted), (0, 1, 1));
    assert_eq!(hub.text("select count(*)::text from producer").await, ["3"]);
    assert_eq!(applied.doubtful, 0);
    assert_eq!(hub.text("select id::text from producer where name ~ 'Sen'").await, before, "the id stays");
    assert_eq!(
        hub.text("select member_count || ' ' || area_hectares from producer where name ~ 'Sen'").await,
        ["35 1.50"]
    );
    assert_eq!(
        rebuild(&hub.pool, &hub.catalog, cause()).await.expect("rebuilt").differences,
        Vec::<String>::new()
    );
}

async fn failure_leaves_no_trace(hub: &Hub) {
    let before = hub.text("select md5(string_agg(o::text, '' order by id)) from origin o").await;
    let bad = json!({ "name": "HTX Mới", "kind": "NONSENSE" });
    hub.stage("agri/AGRICULTURE/22", "AGRICULTURE", "2025-11-15", &[("Producer", "1", bad, json!({}), &[])])
        .await;
    assert!(hub.try_apply().await.is_err());
    assert_eq!(hub.text("select md5(string_agg(o::text, '' order by id)) from origin o").await, before);
    assert_eq!(hub.text("select scope from import where state = 'STAGED'").await, ["agri/AGRICULTURE/22"]);
    let free: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
        .bind(super::apply::LOCK)
        .fetch_one(&hub.pool)
        .await
        .unwrap();
    assert!(free, "the lock is free again");
}
