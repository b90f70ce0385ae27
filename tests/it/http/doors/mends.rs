//! What people decide on values and rows, and what the hub tells of it: pins of links, previews, history, mends of
//! cells that make several columns.

use serde_json::{Value, json};

use super::{GOOD, Hub, get};

/// Two products of two makers; one decision's day cannot be read.
const SPLIT: &str = include_str!("../../../cases/doors/split.csv");

/// A day so long ago, as offices write it. Stars are in force for some years only, whatever year it is.
fn ago(days: i64) -> String {
    let today = lienthong::clock::Clock::System.today();
    (today - chrono::TimeDelta::days(days)).format("%d/%m/%Y").to_string()
}

/// Both rows can be read, of decisions not long ago.
fn readable() -> String {
    let decided = ago(400);
    SPLIT
        .replace("ngày năm nào", &format!("ngày {decided}"))
        .replace("15/3/2023", &decided)
        .replace("31/3/2024", &ago(300))
}

const JUDGE: &str =
    "mutation($input: JudgeInput!) { judge(input: $input) { judgement { id } userErrors { code message } } }";
const PIN: &str = "mutation($input: PinInput!) { pin(input: $input) { pin { id value } outcome { doubtful }
    userErrors { code field message } } }";

async fn state(hub: &Hub, import: &Value) -> Value {
    hub.ask("query($id: ID!) { import(id: $id) { state mediaType } }", json!({ "id": import })).await["import"]
        .clone()
}

#[tokio::test]
async fn history_tells_what_stood_under_ids_merged_away() {
    let hub = Hub::open().await;
    hub.upload("apply=true", GOOD).await;
    let ids = hub.ask("{ producers { nodes { id } } }", json!({})).await["producers"]["nodes"].clone();
    let (one, other) = (&ids[0]["id"], &ids[1]["id"]);
    let history = "query($id: ID!) { producer(id: $id) { id history(first: 100) { totalCount nodes {
        subject kind field newValue } } } }";
    let told = async |id: &Value| hub.ask(history, json!({ "id": id })).await["producer"].clone();
    let subjects = |producer: &Value| {
        let mut all: Vec<Value> = producer["history"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["subject"].clone())
            .collect();
        all.sort_by_key(Value::to_string);
        all.dedup();
        all
    };
    let all =
        async || hub.ask("{ changes { totalCount } }", json!({})).await["changes"]["totalCount"].as_i64();
    let before = told(one).await;
    assert_eq!(subjects(&before), std::slice::from_ref(one));
    let wish = json!({ "input": { "left": one, "right": other, "verdict": "SAME", "reason": "một nơi" } });
    let judged = hub.ask(JUDGE, wish).await["judge"]["judgement"]["id"].clone();
    let (merged, same) = (told(one).await, told(other).await);
    assert_eq!(merged, same);
    let mut both = vec![one.clone(), other.clone()];
    both.sort_by_key(Value::to_string);
    assert_eq!(subjects(&merged), both, "{merged}");
    let gone =
        merged["history"]["nodes"].as_array().unwrap().iter().filter(|change| change["kind"] == "DELETED");
    assert!(gone.count() > 0, "{merged}");
    let kept: i64 =
        sqlx::query_scalar("select count(*) from change_entry").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(all().await, Some(kept), "each change is told once");

    let retract = "mutation($input: RetractJudgementInput!) { retractJudgement(input: $input) { userErrors { code } } }";
    hub.ask(retract, json!({ "input": { "id": judged, "reason": "hai nơi" } })).await;
    assert_eq!(subjects(&told(one).await), std::slice::from_ref(one));
    assert_eq!(subjects(&told(other).await), std::slice::from_ref(other));
    let left: i64 =
        sqlx::query_scalar("select count(*) from former_id").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(left, 0);
}

const PREVIEW: &str =
    "query($id: ID!) { importPreview(id: $id) { import { state } changeCount rowsQuarantined
    entities { created } changes { kind entityType subject fields { field oldValue newValue } }
    userErrors { code field message } } }";

#[tokio::test]
async fn a_preview_tells_computed_fields_and_nothing_of_what_is_done() {
    let hub = Hub::open().await;
    let import = hub.upload("", readable()).await.json();
    let preview = async |id: &Value| hub.ask(PREVIEW, json!({ "id": id })).await["importPreview"].clone();
    let stars = |shown: &Value, entity: &str| -> Vec<Value> {
        let changes = shown["changes"].as_array().unwrap().iter().filter(|one| one["entityType"] == entity);
        let fields = changes.flat_map(|one| one["fields"].as_array().unwrap());
        let mut stars: Vec<Value> =
            fields.filter(|one| one["field"] == "stars").map(|one| one["newValue"].clone()).collect();
        stars.sort_by_key(Value::to_string);
        stars
    };
    let shown = preview(&import["id"]).await;
    assert!(!stars(&shown, "Recognition").is_empty(), "{shown}");
    assert_eq!(stars(&shown, "Product"), stars(&shown, "Recognition"), "{shown}");

    // Only the recognition changes, and with it the stars of its product.
    hub.ask(super::mutations::APPLY, json!({ "input": { "id": import["id"] } })).await;
    let newer = readable().replace(&ago(300), &ago(200)).replace("4 sao", "5 sao");
    let second = hub.upload("", newer).await.json();
    let shown = preview(&second["id"]).await;
    assert_eq!(
        (stars(&shown, "Recognition"), stars(&shown, "Product")),
        (vec!["5".into()], vec!["5".into()])
    );
    let product =
        shown["changes"].as_array().unwrap().iter().find(|one| one["entityType"] == "Product").unwrap();
    let raised = |field: &str| json!({ "field": field, "oldValue": "4", "newValue": "5" });
    assert_eq!(product["fields"], json!([raised("recognisedStars"), raised("stars")]), "{shown}");

    let done = preview(&import["id"]).await;
    assert_eq!(
        (&done["import"]["state"], &done["changeCount"], &done["changes"], &done["entities"]),
        (&json!("APPLIED"), &json!(0), &json!([]), &json!([]))
    );
    // As a crash between receiving and reading leaves one.
    sqlx::query("update import set state = 'RECEIVED' where state = 'STAGED'")
        .execute(&hub.database.pool)
        .await
        .unwrap();
    let unread = preview(&second["id"]).await;
    let error = &unread["userErrors"][0];
    assert_eq!(error["code"], "IMPORT_NOT_READ");
    assert!(error["message"].as_str().unwrap().contains(second["id"].as_str().unwrap()), "{error}");
}

/// What is to come shows no more of an owner than what stands: the maker is known in the difference alone.
#[tokio::test]
async fn a_preview_keeps_back_whom_its_makers_keep_back() {
    let hub = Hub::open().await;
    let text = readable()
        .replace("HTX Nông nghiệp Thử Hai", "Hộ Nguyễn Đức")
        .replace("Rượu Thử Hai", "Rượu Nguyễn Đức");
    let import = hub.upload("", text.clone()).await.json();
    let shown = hub.ask(PREVIEW, json!({ "id": import["id"] })).await["importPreview"].to_string();
    assert!(shown.contains("Rượu N. Đức") && !shown.contains("Nguyễn Đức"), "{shown}");
    // The maker stands, and goes on with another name: neither the old owner nor the new one is told.
    hub.ask(super::mutations::APPLY, json!({ "input": { "id": import["id"] } })).await;
    let newer = text.replace(&ago(300), &ago(200)).replace("Nguyễn Đức", "Nguyễn Mơ");
    let second = hub.upload("", newer).await.json();
    let shown = hub.ask(PREVIEW, json!({ "id": second["id"] })).await["importPreview"].to_string();
    assert!(shown.contains("N. Mơ"), "{shown}");
    assert!(!shown.contains("Nguyễn Đức") && !shown.contains("Nguyễn Mơ"), "{shown}");
}

#[tokio::test]
async fn a_link_is_pinned_and_follows_what_it_leads_to() {
    let hub = Hub::open().await;
    hub.upload("apply=true", readable()).await;
    let products = "{ products { nodes { id name producer { id } } } producers { nodes { id name } } }";
    let known = hub.ask(products, json!({})).await;
    let (product, maker) =
        (&known["products"]["nodes"][0]["id"], &known["products"]["nodes"][0]["producer"]["id"]);
    let all = known["producers"]["nodes"].as_array().unwrap();
    let other = &all.iter().find(|one| one["id"] != *maker).unwrap()["id"];
    let wish = |id: &Value, field: &str, value: &Value| json!({ "input": { "id": id, "field": field, "value": value, "reason": "xem giấy" } });
    let made_by = async || {
        let answer = hub
            .ask("query($id: ID!) { product(id: $id) { producer { id } } }", json!({ "id": product }))
            .await;
        answer["product"]["producer"]["id"].clone()
    };
    let pinned = hub.ask(PIN, wish(product, "producer", other)).await["pin"].clone();
    assert_eq!((&pinned["userErrors"], &pinned["pin"]["value"]), (&json!([]), other), "{pinned}");
    assert_eq!(made_by().await, *other);

    // Merged away, it leads on.
    let third = hub.upload("apply=true", GOOD).await;
    assert_eq!(third.status.as_u16(), 201);
    let more = hub.ask("{ producers { nodes { id name } } }", json!({})).await;
    let more = more["producers"]["nodes"].as_array().unwrap();
    let new = &more.iter().find(|one| !all.contains(one)).unwrap()["id"];
    let judged = hub
        .ask(
            JUDGE,
            json!({ "input": { "left": other, "right": new, "verdict": "SAME", "reason": "một nơi" } }),
        )
        .await;
    assert_eq!(judged["judge"]["userErrors"], json!([]));
    let today = hub.ask("query($id: ID!) { producer(id: $id) { id } }", json!({ "id": other })).await["producer"]["id"].clone();
    assert_eq!(made_by().await, today);

    // A link to what is never merged.
    let unit = hub
        .ask("{ adminUnits(first: 1, where: { level: { eq: COMMUNE } }) { nodes { id } } }", json!({}))
        .await;
    let unit = &unit["adminUnits"]["nodes"][0]["id"];
    let placed = hub.ask(PIN, wish(maker, "communeNow", unit)).await["pin"].clone();
    assert_eq!((&placed["userErrors"], &placed["pin"]["value"]), (&json!([]), unit), "{placed}");

    // The maker that was pinned goes with its deliveries: the office's word counts again.
    let revert =
        "mutation($input: RevertImportInput!) { revertImport(input: $input) { userErrors { code } } }";
    let file = hub.ask("{ imports { nodes { id register } } }", json!({})).await["imports"]["nodes"].clone();
    let reverted = async |register: &str| {
        let import =
            file.as_array().unwrap().iter().find(|one| one["register"] == register).unwrap()["id"].clone();
        hub.ask(revert, json!({ "input": { "id": import, "reason": "nhầm" } })).await["revertImport"].clone()
    };
    let text = readable().replace(&ago(300), &ago(200));
    let other_only = text.lines().filter(|line| !line.starts_with("2;")).collect::<Vec<_>>().join("\n");
    let seen = hub.upload("apply=true", other_only).await.json();
    if seen["state"] == "HELD" {
        hub.ask(super::mutations::APPLY, json!({ "input": { "id": seen["id"], "confirm": true } })).await;
    }
    assert_eq!(reverted("cooperatives").await["userErrors"], json!([]));
    let gone = hub.ask("query($id: ID!) { producer(id: $id) { id } }", json!({ "id": other })).await;
    assert_eq!(gone["producer"], Value::Null);
    assert_eq!(made_by().await, *maker);
}

#[tokio::test]
async fn a_mend_of_a_cell_mends_all_columns_made_of_it() {
    let hub = Hub::open().await;
    let import = hub.upload("apply=true", SPLIT).await.json();
    let fix = "mutation($input: FixRowInput!) { fixRow(input: $input) { rowOutcome userErrors { code field message } } }";
    let mend = |text: &str| {
        json!({ "input": { "id": import["id"], "row": 6, "reason": "xem quyết định",
            "cells": [{ "column": "Số QĐ công nhận", "text": text }] } })
    };
    let fixed = hub.ask(fix, mend("13/QĐ-UBND ngày 16/4/2023")).await["fixRow"].clone();
    assert_eq!((&fixed["userErrors"], &fixed["rowOutcome"]), (&json!([]), &json!("ACCEPTED")), "{fixed}");
    let decided = "{ recognitions(where: { decisionNumber: { eq: \"13/QĐ-UBND\" } }) { nodes { decidedOn decisionNumber } } }";
    let found = hub.ask(decided, json!({})).await["recognitions"]["nodes"].clone();
    assert_eq!(found, json!([{ "decidedOn": "2023-04-16", "decisionNumber": "13/QĐ-UBND" }]));
    let nothing = json!({ "input": { "id": import["id"], "row": 6, "reason": "x", "cells": [] } });
    let refused = hub.ask(fix, nothing).await["fixRow"]["userErrors"][0].clone();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("CELLS_MISSING"), &json!("cells")));
}

#[tokio::test]
async fn an_import_knows_its_media_type_and_tells_events_by_its_own_id() {
    let hub = Hub::open().await;
    let import = hub.upload("", SPLIT).await.json()["id"].clone();
    assert_eq!(state(&hub, &import).await, json!({ "state": "STAGED", "mediaType": "text/csv" }));
    let seen = hub.send(get(&format!("/imports/{}/events", import.as_str().unwrap()))).await;
    let text = String::from_utf8(seen.body).unwrap();
    assert!(text.contains("event: done") && text.contains(import.as_str().unwrap()), "{text}");
}
