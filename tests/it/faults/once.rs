//! The database goes away between an operation and the keeping of its outcome: sent again under its key, it is found
//! done, and is not done twice.

use serde_json::{Value, json};

use crate::harness::TestDatabase;
use crate::http::doors::{GOOD, HALF_GOOD, Hub, graphql, upload};

/// From here on no outcome is kept.
async fn keep_no_outcome(database: &TestDatabase) {
    sqlx::raw_sql(
        "create or replace function away() returns trigger language plpgsql as
             $$ begin raise exception 'away' using errcode = '57P01'; end $$;
         create or replace trigger away before update on operation_once for each row execute function away();",
    )
    .execute(&database.pool)
    .await
    .unwrap();
}

async fn keep_outcomes(database: &TestDatabase) {
    sqlx::raw_sql("drop trigger away on operation_once").execute(&database.pool).await.unwrap();
}

async fn count(database: &TestDatabase, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&database.pool).await.unwrap()
}

/// Sends a mutation whose outcome is not kept, then again when it is; the id of what it made.
async fn twice(hub: &Hub, document: &str, input: Value, at: &str) -> Value {
    keep_no_outcome(&hub.database).await;
    let variables = json!({ "input": input });
    for _ in 0..2 {
        let seen = hub.send(graphql(document, variables.clone())).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "UNAVAILABLE"), "{}", seen.json());
    }
    keep_outcomes(&hub.database).await;
    let made = hub.ask(document, variables.clone()).await;
    assert_eq!(hub.ask(document, variables).await, made, "answered twice");
    let id = made.pointer(at).unwrap_or_else(|| panic!("{at} of {made}")).clone();
    assert!(id.is_string(), "{at} of {made}");
    id
}

#[tokio::test]
async fn what_was_done_and_not_answered_is_not_done_again() {
    let hub = Hub::open().await;
    let import = hub.upload("apply=true", GOOD).await.json()["id"].clone();
    let producers = hub.ask("{ producers { nodes { id } } }", json!({})).await["producers"]["nodes"].clone();
    let (one, other) = (&producers[0]["id"], &producers[1]["id"]);
    let keyed = |key: &str, mut input: Value| {
        input["idempotencyKey"] = key.into();
        input
    };

    let judge =
        "mutation($input: JudgeInput!) { judge(input: $input) { judgement { id } userErrors { code } } }";
    let input = json!({ "left": one, "right": other, "verdict": "DIFFERENT", "reason": "hai nơi" });
    let judgement = twice(&hub, judge, keyed("1", input), "/judge/judgement/id").await;
    assert_eq!(count(&hub.database, "judgement").await, 1);

    let pin = "mutation($input: PinInput!) { pin(input: $input) { pin { id } userErrors { code } } }";
    let input = json!({ "id": one, "field": "memberCount", "value": 77, "reason": "xem giấy" });
    let pinned = twice(&hub, pin, keyed("2", input), "/pin/pin/id").await;
    assert_eq!(count(&hub.database, "pin where retracted_at is null").await, 1);
    assert_eq!(count(&hub.database, "pin").await, 1);

    let store = "mutation($input: StoreDemandInput!) { storeDemand(input: $input) { demand { id } userErrors { code } } }";
    let input = json!({ "name": "Gạo", "demand": { "words": "gạo", "quantity": 1, "unit": "kg" } });
    let demand = twice(&hub, store, keyed("3", input), "/storeDemand/demand/id").await;
    assert_eq!(count(&hub.database, "demand").await, 1);

    let fix = "mutation($input: FixRowInput!) { fixRow(input: $input) { fix { id } userErrors { code } } }";
    let row = hub
        .ask("{ rawRows(where: { outcome: { eq: ACCEPTED } }, first: 1) { nodes { row } } }", json!({}))
        .await;
    let row = &row["rawRows"]["nodes"][0]["row"];
    let cells = json!([{ "column": "Số thành viên", "text": "12" }]);
    let input = json!({ "id": import, "row": row, "reason": "gọi điện hỏi lại", "cells": cells });
    let fixed = twice(&hub, fix, keyed("4", input), "/fixRow/fix/id").await;
    assert_eq!(count(&hub.database, "row_fix").await, 1);

    for (n, (document, id, at)) in [
        ("mutation($input: RetractJudgementInput!) { retractJudgement(input: $input) { judgement { id } userErrors { code } } }", judgement, "/retractJudgement/judgement/id"),
        ("mutation($input: UnpinInput!) { unpin(input: $input) { pin { id } userErrors { code } } }", pinned, "/unpin/pin/id"),
        ("mutation($input: DiscardFixInput!) { discardFix(input: $input) { fix { id } userErrors { code } } }", fixed, "/discardFix/fix/id"),
        ("mutation($input: WithdrawDemandInput!) { withdrawDemand(input: $input) { demand { id } userErrors { code } } }", demand, "/withdrawDemand/demand/id"),
        ("mutation($input: RevertImportInput!) { revertImport(input: $input) { import { id } userErrors { code } } }", import, "/revertImport/import/id"),
    ].into_iter().enumerate() {
        let mut input = json!({ "id": id });
        if !document.contains("discardFix") && !document.contains("withdrawDemand") {
            input["reason"] = "nhầm".into();
        }
        assert_eq!(twice(&hub, document, keyed(&format!("back {n}"), input), at).await, id);
    }
}

#[tokio::test]
async fn an_upload_whose_answer_was_lost_is_the_same_import() {
    let hub = Hub::open().await;
    let keyed = |bytes: &'static str| {
        let mut request = upload("apply=true", bytes);
        request.headers_mut().insert("idempotency-key", "a key".parse().unwrap());
        request
    };
    keep_no_outcome(&hub.database).await;
    let seen = hub.send(keyed(GOOD)).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "UNAVAILABLE"), "{}", seen.json());
    let other = hub.send(keyed(HALF_GOOD)).await;
    assert_eq!(other.code(), "IDEMPOTENCY_KEY_REUSED");
    keep_outcomes(&hub.database).await;
    let seen = hub.send(keyed(GOOD)).await;
    assert_eq!((seen.status.as_u16(), &seen.json()["state"]), (200, &json!("APPLIED")), "{}", seen.json());
    assert_eq!(count(&hub.database, "import").await, 1);
    // A refusal frees its key.
    let mut refused = upload("", "chỉ là chữ");
    refused.headers_mut().insert("idempotency-key", "another".parse().unwrap());
    assert_eq!(hub.send(refused).await.status.as_u16(), 422);
    let mut good = upload("", GOOD);
    good.headers_mut().insert("idempotency-key", "another".parse().unwrap());
    assert_eq!(hub.send(good).await.status.as_u16(), 200);
}
