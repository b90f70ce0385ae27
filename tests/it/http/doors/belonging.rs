//! Whose demands, prices and registers are whose.

use axum::body::Body;
use axum::http::Request;
use lienthong::access::{KeyWish, Role};
use serde_json::{Value, json};

use super::keys::{agency, closed, of, shown};
use super::{GOOD, HALF_GOOD, graphql, upload};

#[tokio::test]
async fn a_partner_leaves_and_withdraws_its_own_demands() {
    let hub = closed().await;
    let mine = hub.key(of(Role::Partner)).await.text;
    let other = KeyWish { organisation: Some("Chợ Khác".into()), ..of(Role::Partner) };
    let other = hub.key(other).await.text;
    let store = "mutation($who: String) { storeDemand(input: { name: \"gạo\", organisation: $who,
        demand: { words: \"gạo\", quantity: \"1\", unit: \"kg\" } }) { demand { id organisation } userErrors { code field } } }";
    let stored = |key: &str, who: Value| {
        let request = shown(key, graphql(store, json!({ "who": who })));
        async { hub.send(request).await.json()["data"]["storeDemand"].clone() }
    };
    let demand = stored(&mine, Value::Null).await;
    assert_eq!(demand["demand"]["organisation"], "Siêu thị Thử", "{demand}");
    let foreign = stored(&mine, "Chợ Khác".into()).await;
    assert_eq!(foreign["userErrors"][0], json!({ "code": "FORBIDDEN", "field": "organisation" }));
    let withdraw = "mutation($id: ID!) { withdrawDemand(input: { id: $id }) { userErrors { code } } }";
    let withdrawn = async |key: &str| {
        let request = graphql(withdraw, json!({ "id": demand["demand"]["id"] }));
        hub.with_key(key, request).await.json()["data"]["withdrawDemand"]["userErrors"].clone()
    };
    assert_eq!(withdrawn(&other).await[0]["code"], "NOT_FOUND");
    assert_eq!(withdrawn(&mine).await, json!([]));
}

/// What matches a demand says what offers cost: it is for those who may read prices.
#[tokio::test]
async fn a_key_without_prices_learns_nothing_of_matches() {
    let hub = closed().await;
    let narrow = KeyWish { scopes: Some(vec!["write:demand".into()]), ..of(Role::Partner) };
    let narrow = hub.key(narrow).await.text;
    let store = |more: &str| {
        graphql(
            &format!(
                "mutation {{ storeDemand(input: {{ name: \"gạo\", demand: {{ words: \"gạo\", quantity: \"1\", unit: \"kg\",
                 priceCeiling: \"30000\" }} }}) {{ demand {{ id {more} }} userErrors {{ code }} }} }}"
            ),
            json!({}),
        )
    };
    assert_eq!(hub.with_key(&narrow, store("")).await.json()["data"]["storeDemand"]["userErrors"], json!([]));
    let counted = store("").map(|_| {
        json!({ "query": "mutation { storeDemand(input: { name: \"g\", demand: { words: \"g\", quantity: \"1\", unit: \"kg\" } }) {
            matchCount } }" })
        .to_string()
        .into()
    });
    for asked in [
        counted,
        store("matches { totalCount }"),
        graphql("{ demands(where: { matches: { some: {} } }) { totalCount } }", json!({})),
        graphql("{ demands(where: { matchesCount: { gte: 1 } }) { totalCount } }", json!({})),
        graphql("{ demandMatches { nodes { score fits lacks } } }", json!({})),
    ] {
        let seen = hub.with_key(&narrow, asked).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (403, "FORBIDDEN"), "{}", seen.json());
    }
    let stored: i64 =
        sqlx::query_scalar("select count(*) from demand").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(stored, 1, "what was refused was not done");
}

/// Also of an organisation that is named like a person, whose name others read shortened.
#[tokio::test]
async fn a_partner_sees_its_own_demands_whatever_it_is_called() {
    let hub = closed().await;
    let named = |name: &str| KeyWish { organisation: Some(name.into()), ..of(Role::Partner) };
    let name = "Hộ kinh doanh Nguyễn Văn Ảo";
    let mine = hub.key(named(&format!(" {name} "))).await.text;
    let other = hub.key(named("Hộ kinh doanh Nguyễn Văn Ảnh")).await.text;
    let store = "mutation { storeDemand(input: { name: \"gạo\", demand: { words: \"gạo\", quantity: \"1\", unit: \"kg\" } }) {
        demand { organisation } userErrors { code } } }";
    let stored = hub.with_key(&mine, graphql(store, json!({}))).await.json();
    let shown = stored["data"]["storeDemand"]["demand"]["organisation"].as_str().expect("its own");
    assert!(!shown.contains("Văn Ảo"), "{shown}");
    let count = async |key: &str| {
        let seen = hub.with_key(key, graphql("{ demands { totalCount } }", json!({}))).await;
        seen.json()["data"]["demands"]["totalCount"].clone()
    };
    assert_eq!((count(&mine).await, count(&other).await), (json!(1), json!(0)));
}

#[tokio::test]
async fn one_partner_does_not_take_the_place_of_all() {
    let hub = closed().await;
    let mine = hub.key(of(Role::Partner)).await.text;
    let other = hub.key(KeyWish { organisation: Some("Chợ Khác".into()), ..of(Role::Partner) }).await.text;
    sqlx::raw_sql(
        "insert into demand (id, name, organisation, words, quantity, unit, delivery_from, delivery_to, stored_at, stored_by)
         select gen_random_uuid(), 'gạo', 'Siêu thị Thử', 'gạo', 1, 'kg', '2020-01-01', '2099-01-01', now(), 'x'
         from generate_series(1, 50)",
    )
    .execute(&hub.database.pool)
    .await
    .unwrap();
    let store = "mutation { storeDemand(input: { name: \"gạo\", demand: { words: \"gạo\", quantity: \"1\", unit: \"kg\" } }) {
        userErrors { code field } } }";
    let said = async |key: &str| {
        hub.with_key(key, graphql(store, json!({}))).await.json()["data"]["storeDemand"]["userErrors"].clone()
    };
    assert_eq!(said(&mine).await, json!([{ "code": "DEMANDS_TOO_MANY", "field": "demand" }]));
    assert_eq!(said(&other).await, json!([]));
}

/// Provinces were merged: the office of today has the registers of those before it.
#[tokio::test]
async fn an_office_of_a_merged_province_has_the_registers_of_those_before_it() {
    let hub = closed().await;
    let steward = hub.key(of(Role::Steward)).await.text;
    let sent = hub.with_key(&steward, upload("apply=true&province=49", HALF_GOOD)).await.json();
    let id = json!({ "id": sent["id"] });
    let document = "query($id: ID!) { import(id: $id) { office provinceCode rows { totalCount } } }";
    let import = hub.with_key(&steward, graphql(document, id.clone())).await.json()["data"]["import"].clone();
    assert_eq!(import["provinceCode"], "49", "{sent}");
    let office = import["office"].as_str().unwrap();
    for (province, sees) in [("48", true), ("49", true), ("46", false)] {
        let key = hub.key(agency(office, province)).await.text;
        let path = format!("/imports/{}/errors", sent["id"].as_str().unwrap());
        let request = Request::get(path).header("x-purpose", "sửa sổ").body(Body::empty()).unwrap();
        let status = hub.with_key(&key, request).await.status.as_u16();
        assert_eq!(status, if sees { 200 } else { 403 }, "{province}");
        let rows = hub.with_key(&key, graphql("{ rawRows { totalCount } }", json!({}))).await.json();
        assert_eq!(rows["data"]["rawRows"]["totalCount"] != 0, sees, "{province}: {rows}");
        let again = hub.with_key(&key, upload("province=49", GOOD)).await.status.as_u16();
        assert_eq!(again == 403, !sees, "{province}");
    }
}
