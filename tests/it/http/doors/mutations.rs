//! Operations by GraphQL: what they do, what they refuse, once for a key.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::{GOOD, HALF_GOOD, Hub, graphql};

pub const APPLY: &str = "mutation($input: ApplyImportInput!) { applyImport(input: $input) {
    import { id state appliedAt } outcome { entities { entityType created total } held { count } doubtful }
    userErrors { code field message } } }";

#[tokio::test]
async fn an_import_is_looked_at_applied_mended_and_reverted() {
    let hub = Hub::open().await;
    let import = hub.upload("", HALF_GOOD).await.json()["id"].clone();
    let preview = "query($id: ID!) { importPreview(id: $id) { import { state } changeCount rowsQuarantined
        mustConfirm toReview entities { entityType created } withdrawn { count }
        changes { kind entityType subject fields { field oldValue newValue } } userErrors { code } } }";
    let shown = &hub.ask(preview, json!({ "id": import })).await["importPreview"];
    assert_eq!((&shown["rowsQuarantined"], &shown["import"]["state"]), (&json!(1), &json!("STAGED")));
    assert!(shown["changes"].as_array().is_some_and(|changes| changes.len() >= 2), "{shown}");
    let nothing = &hub.ask("{ producers { totalCount } }", json!({})).await["producers"]["totalCount"];
    assert_eq!(nothing, &json!(0), "a preview changes nothing");

    let applied = &hub.ask(APPLY, json!({ "input": { "id": import } })).await["applyImport"];
    assert_eq!((&applied["userErrors"], &applied["import"]["state"]), (&json!([]), &json!("APPLIED")));
    let fix = "mutation($input: FixRowInput!) { fixRow(input: $input) {
        rowOutcome fix { id columns cells reason import { rowsQuarantined } } userErrors { code field message } } }";
    let row = hub
        .ask("{ rawRows(where: { outcome: { eq: QUARANTINED } }) { nodes { row sheet } } }", json!({}))
        .await["rawRows"]["nodes"][0]
        .clone();
    let mend = |column: &str| {
        json!({ "input": { "id": import, "row": row["row"], "reason": "gọi điện hỏi lại",
            "cells": [{ "column": column, "text": "HTX Nông nghiệp Vừa Sửa" }] } })
    };
    let fixed = &hub.ask(fix, mend("Tên HTX")).await["fixRow"];
    assert_eq!((&fixed["userErrors"], &fixed["rowOutcome"]), (&json!([]), &json!("ACCEPTED")), "{fixed}");
    assert_eq!(
        (&fixed["fix"]["import"]["rowsQuarantined"], &fixed["fix"]["cells"], &fixed["fix"]["reason"]),
        (&json!(0), &Value::Null, &Value::Null),
        "people name people in cells and reasons"
    );
    // One cell, written in the document where a list is expected.
    let written = format!(
        "mutation {{ fixRow(input: {{ id: {import}, row: {}, reason: \"x\", cells: {{ column: \"Không\", text: \"y\" }} }}) \
         {{ userErrors {{ code field }} }} }}",
        row["row"]
    );
    let refused = &hub.ask(&written, json!({})).await["fixRow"]["userErrors"][0];
    assert_eq!(refused["code"], "COLUMN_UNKNOWN", "{refused}");
    let wrong = &hub.ask(fix, mend("Không có cột này")).await["fixRow"];
    assert!(wrong["userErrors"][0]["code"].is_string() && wrong["fix"].is_null(), "{wrong}");

    let discard = "mutation($input: DiscardFixInput!) { discardFix(input: $input) {
        rowOutcome fix { retractedAt import { rowsQuarantined } } userErrors { code } } }";
    let discarded = &hub.ask(discard, json!({ "input": { "id": fixed["fix"]["id"] } })).await["discardFix"];
    assert_eq!(
        (&discarded["rowOutcome"], &discarded["fix"]["import"]["rowsQuarantined"]),
        (&json!("QUARANTINED"), &json!(1))
    );
    assert!(discarded["fix"]["retractedAt"].is_string(), "{discarded}");
    let mut unsaid = mend("Tên HTX");
    unsaid["input"]["reason"] = json!(" ");
    let error = &hub.ask(fix, unsaid).await["fixRow"]["userErrors"][0];
    assert_eq!((&error["code"], &error["field"]), (&json!("REASON_MISSING"), &json!("reason")));
    hub.ask(fix, mend("Tên HTX")).await;

    let history =
        "{ producers { nodes { id name history(first: 50) { totalCount nodes { kind field newValue cause
        import { id } } } conflicts { field } origins { office partId } } } }";
    let producers = hub.ask(history, json!({})).await["producers"]["nodes"].clone();
    assert_eq!(producers.as_array().map(Vec::len), Some(3), "{producers}");
    let change = &producers[0]["history"]["nodes"];
    assert!(change.as_array().unwrap().iter().any(|one| one["field"] == "name"), "{producers}");
    assert!(producers[0]["origins"][0]["partId"].as_str().is_some_and(|id| id.starts_with("producer_")));

    let revert = "mutation($input: RevertImportInput!) { revertImport(input: $input) {
        import { state revertReason } userErrors { code } } }";
    let reverted =
        &hub.ask(revert, json!({ "input": { "id": import, "reason": "nhầm tệp" } })).await["revertImport"];
    assert_eq!(reverted["import"], json!({ "state": "REVERTED", "revertReason": null }));
    let nothing = &hub.ask("{ producers { totalCount } }", json!({})).await["producers"]["totalCount"];
    assert_eq!(nothing, &json!(0));
}

#[tokio::test]
async fn values_are_pinned_and_pairs_judged() {
    let hub = Hub::open().await;
    hub.upload("apply=true", GOOD).await;
    let producers = hub.ask("{ producers { nodes { id } } }", json!({})).await["producers"]["nodes"].clone();
    let (one, other) = (&producers[0]["id"], &producers[1]["id"]);
    let pin = "mutation($input: PinInput!) { pin(input: $input) { pin { id subject field value reason }
        userErrors { code field message } } }";
    let wish = |field: &str, value: Value| json!({ "input": { "id": one, "field": field, "value": value, "reason": "xem giấy đăng ký" } });
    let pinned = &hub.ask(pin, wish("memberCount", json!(77))).await["pin"];
    assert_eq!(pinned["userErrors"], json!([]), "{pinned}");
    assert_eq!((&pinned["pin"]["subject"], &pinned["pin"]["value"]), (one, &json!("77")));
    let read = "query($id: ID!) { producer(id: $id) { memberCount } }";
    assert_eq!(hub.ask(read, json!({ "id": one })).await["producer"]["memberCount"], 77);
    for (field, value, wrong) in [("memberCount", json!("nhiều"), "value"), ("nothing", json!(1), "field")]
    {
        let refused = &hub.ask(pin, wish(field, value)).await["pin"];
        assert!(refused["userErrors"][0]["code"].is_string() && refused["pin"].is_null(), "{refused}");
        assert_eq!(refused["userErrors"][0]["field"], wrong, "{refused}");
    }
    // Told by the values there are, and by none of ours.
    let refused = &hub.ask(pin, wish("kind", json!("RANCH"))).await["pin"]["userErrors"][0];
    assert_eq!(refused["code"], "VALUE_INVALID", "{refused}");
    let told = refused["message"].as_str().unwrap_or_default();
    assert!(told.contains("COOPERATIVE") && told.contains("HOUSEHOLD_BUSINESS"), "{refused}");
    assert!(!told.contains("Enum"), "{refused}");
    let unpin =
        "mutation($input: UnpinInput!) { unpin(input: $input) { pin { retractedAt } userErrors { code } } }";
    let taken =
        &hub.ask(unpin, json!({ "input": { "id": pinned["pin"]["id"], "reason": "nhầm" } })).await["unpin"];
    assert!(taken["pin"]["retractedAt"].is_string(), "{taken}");

    let judge = "mutation($input: JudgeInput!) { judge(input: $input) {
        judgement { id verdict leftId rightId } userErrors { code field message } } }";
    let wish = |left: &Value, right: &Value| json!({ "input": { "left": left, "right": right, "verdict": "SAME", "reason": "cùng một nơi" } });
    let judged = &hub.ask(judge, wish(one, other)).await["judge"];
    assert_eq!(
        (&judged["userErrors"], &judged["judgement"]["verdict"]),
        (&json!([]), &json!("SAME")),
        "{judged}"
    );
    let count = |answer: &Value| answer["producers"]["totalCount"].clone();
    assert_eq!(count(&hub.ask("{ producers { totalCount } }", json!({})).await), 2);
    // Both ids lead to the one entity of today, alone and together.
    let both = "query($ids: [ID!]!, $a: ID!, $b: ID!) { nodes(ids: $ids) { id } a: node(id: $a) { id } b: producer(id: $b) { id } }";
    let answer = hub.ask(both, json!({ "ids": [one, other], "a": one, "b": other })).await;
    assert_eq!(answer["a"]["id"], answer["b"]["id"], "{answer}");
    assert_eq!(answer["nodes"][0], answer["nodes"][1], "{answer}");
    let unit = &hub.ask("{ adminUnits(first: 1) { nodes { id } } }", json!({})).await["adminUnits"]["nodes"]
        [0]["id"]
        .clone();
    let refused = &hub.ask(judge, wish(one, unit)).await["judge"];
    assert_eq!(
        (&refused["userErrors"][0]["code"], &refused["userErrors"][0]["field"]),
        (&json!("INVALID_ID"), &json!("right"))
    );
    let retract = "mutation($input: RetractJudgementInput!) { retractJudgement(input: $input) {
        judgement { retractReason } userErrors { code } } }";
    let wish = json!({ "input": { "id": judged["judgement"]["id"], "reason": "hai nơi" } });
    assert_eq!(hub.ask(retract, wish).await["retractJudgement"]["judgement"]["retractReason"], "hai nơi");
    assert_eq!(count(&hub.ask("{ producers { totalCount } }", json!({})).await), 3);
}

#[tokio::test]
async fn one_key_is_one_operation() {
    let hub = Hub::open().await;
    let import = hub.upload("", GOOD).await.json()["id"].clone();
    let wish = |key: &str, confirm: bool| json!({ "input": { "id": import, "confirm": confirm, "idempotencyKey": key } });
    let first = hub.ask(APPLY, wish("k1", false)).await;
    assert!(first["applyImport"]["outcome"]["entities"][0]["created"].as_i64().is_some(), "{first}");
    assert_eq!(hub.ask(APPLY, wish("k1", false)).await, first, "the first outcome");
    assert_ne!(hub.ask(APPLY, wish("k2", false)).await, first, "applied already, nothing is created");
    let other = &hub.ask(APPLY, wish("k1", true)).await["applyImport"]["userErrors"][0];
    assert_eq!(
        (&other["code"], &other["field"]),
        (&json!("IDEMPOTENCY_KEY_REUSED"), &json!("idempotencyKey"))
    );
    let empty = &hub.ask(APPLY, wish("", true)).await["applyImport"]["userErrors"][0];
    assert_eq!(empty["code"], "IDEMPOTENCY_KEY_INVALID");
}

#[tokio::test]
async fn mistakes_are_told_in_the_callers_language() {
    let hub = Hub::open().await;
    let unknown = json!({ "input": { "id": "import_01h455vb4pex5vsknk084sn02q" } });
    for (language, word) in
        [("vi-VN,vi;q=0.9", "không có lần nhập"), ("en", "there is no import"), ("fr", "there is no import")]
    {
        let mut request = graphql(APPLY, unknown.clone());
        request.headers_mut().insert("accept-language", language.parse().unwrap());
        let seen = hub.send(request).await;
        let error = &seen.json()["data"]["applyImport"]["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("NOT_FOUND"), &json!("id")), "{error}");
        assert!(error["message"].as_str().unwrap().starts_with(word), "{language}: {error}");
        assert_eq!(seen.json()["data"]["applyImport"]["import"], Value::Null);
    }
    let wrong = hub.ask(APPLY, json!({ "input": { "id": "product_01h455vb4pex5vsknk084sn02q" } })).await;
    assert_eq!(wrong["applyImport"]["userErrors"][0]["field"], "id");
}

#[tokio::test]
async fn mutations_come_by_post_and_one_after_the_other() {
    let hub = Hub::open().await;
    let by_get = Request::get(
        "/graphql?query=mutation%7BapplyImport(input%3A%7Bid%3A%22import_01h455vb4pex5vsknk084sn02q%22%7D)%7BuserErrors%7Bcode%7D%7D%7D",
    );
    let seen = hub.send(by_get.header("host", "localhost").body(Body::empty()).unwrap()).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (405, "METHOD_NOT_ALLOWED"));
    let import = hub.upload("", GOOD).await.json()["id"].clone();
    let document = "mutation($id: ID!) {
        __typename
        first: applyImport(input: { id: $id }) { import { state } }
        then: revertImport(input: { id: $id, reason: \"thử\" }) { __typename import { state } userErrors { code } }
        last: applyImport(input: { id: $id, confirm: true }) { import { ...on Import { state } } } }";
    let answer = hub.ask(document, json!({ "id": import })).await;
    let states: Vec<&str> = ["first", "then", "last"]
        .iter()
        .map(|key| answer[*key]["import"]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["APPLIED", "REVERTED", "APPLIED"], "{answer}");
    assert_eq!(
        (&answer["__typename"], &answer["then"]["__typename"]),
        (&json!("Mutation"), &json!("RevertImportPayload"))
    );
    // The plan is kept; the values in it are not.
    let other = hub.upload("", HALF_GOOD).await.json()["id"].clone();
    let again = hub.ask(document, json!({ "id": other })).await;
    assert_eq!(again["last"]["import"]["state"], "APPLIED");
    let state = "query($id: ID!) { import(id: $id) { state } }";
    assert_eq!(hub.ask(state, json!({ "id": import })).await["import"]["state"], "APPLIED");
}

#[tokio::test]
async fn variables_within_lists_and_objects_are_not_kept_with_the_plan() {
    let hub = Hub::open().await;
    hub.upload("apply=true", GOOD).await;
    let producers = hub.ask("{ producers { nodes { id } } }", json!({})).await["producers"]["nodes"].clone();
    let document = "query($id: ID!) { producers(where: { id: { in: [$id] } }) { nodes { id } } }";
    for producer in producers.as_array().unwrap() {
        let answer = hub.ask(document, json!({ "id": producer["id"] })).await;
        assert_eq!(answer["producers"]["nodes"], json!([producer]), "{answer}");
    }
}
