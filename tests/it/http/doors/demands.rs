//! Stored demands: what matches them, how that follows imports, what is refused.

use serde_json::{Value, json};

use super::Hub;

const BEFORE: &str = include_str!("../../../cases/supply/offers_before.csv");
const AFTER: &str = include_str!("../../../cases/supply/offers_after.csv");

const STORE: &str = "mutation($input: StoreDemandInput!) { storeDemand(input: $input) {
    demand { id name organisation quantity unit months standards deliveryTo withdrawnAt } matchCount
    userErrors { code field message } } }";
const MATCHES: &str = "query($id: ID!) { demand(id: $id) { withdrawnAt matches(first: 50) { totalCount nodes {
    id fits score lacks firstSeenAt endedAt product { name } offer { id demandMatches { totalCount } } subject } } } }";

fn wish(quantity: i64) -> Value {
    json!({ "input": {
        "name": "Gạo cho chuỗi cửa hàng", "organisation": "Siêu thị Mây Trắng",
        "demand": { "words": "gạo", "quantity": quantity, "unit": "kg", "months": [1, 2], "deliveryTo": "2099-12-31" },
    } })
}

/// Product, whether it fits, whether it stands; in the order of names.
fn seen(answer: &Value) -> Vec<(String, bool, bool)> {
    let nodes = answer["demand"]["matches"]["nodes"].as_array().expect("matches");
    let one = |node: &Value| {
        let name = node["product"]["name"].as_str().unwrap_or("—").to_owned();
        (name, node["fits"] == true, node["endedAt"].is_null())
    };
    let mut seen: Vec<_> = nodes.iter().map(one).collect();
    seen.sort();
    seen
}

#[tokio::test]
async fn matches_follow_imports_and_reverts() {
    let hub = Hub::open().await;
    let before = hub.upload("apply=true", BEFORE).await.json();
    assert_eq!(before["state"], "APPLIED", "{before}");
    let stored = &hub.ask(STORE, wish(1000)).await["storeDemand"];
    assert_eq!(stored["userErrors"], json!([]), "{stored}");
    assert_eq!((&stored["matchCount"], &stored["demand"]["months"]), (&json!(2), &json!([1, 2])), "{stored}");
    let id = json!({ "id": stored["demand"]["id"] });

    let answer = hub.ask(MATCHES, id.clone()).await;
    let expected = [("Gạo lứt Suối Ảo", true, true), ("Gạo nương Khe Mơ", false, true)];
    assert_eq!(seen(&answer), expected.map(|(name, fits, stands)| (name.to_owned(), fits, stands)));
    let short =
        answer["demand"]["matches"]["nodes"].as_array().unwrap().iter().find(|node| node["fits"] == false);
    assert_eq!(short.unwrap()["lacks"], json!({ "QUANTITY": "TOO_LITTLE" }));

    // The office's next list: one maker delivers more, the other is gone.
    let after = hub.upload("apply=true", AFTER).await.json();
    let confirm = "mutation($id: ID!) { applyImport(input: { id: $id, confirm: true }) { import { state } userErrors { code } } }";
    hub.ask(confirm, json!({ "id": after["id"] })).await;
    let answer = hub.ask(MATCHES, id.clone()).await;
    let nodes = answer["demand"]["matches"]["nodes"].as_array().unwrap();
    let standing: Vec<_> = nodes.iter().filter(|node| node["endedAt"].is_null()).collect();
    assert_eq!(standing.len(), 1, "{answer}");
    assert_eq!(
        (&standing[0]["fits"], &standing[0]["product"]["name"]),
        (&json!(true), &json!("Gạo nương Khe Mơ"))
    );
    let ended: Vec<_> = nodes.iter().filter(|node| !node["endedAt"].is_null()).collect();
    assert_eq!(ended.len(), 1, "kept, not lost: {answer}");
    assert!(
        ended[0]["offer"].is_null()
            && ended[0]["subject"].as_str().is_some_and(|id| id.starts_with("supply_offer_"))
    );

    // As if it had never come: the one that came back is a match anew.
    let revert =
        "mutation($id: ID!) { revertImport(input: { id: $id, reason: \"nhầm\" }) { userErrors { code } } }";
    hub.ask(revert, json!({ "id": after["id"] })).await;
    let answer = hub.ask(MATCHES, id.clone()).await;
    let nodes = answer["demand"]["matches"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.iter().filter(|node| node["endedAt"].is_null()).count(), 2, "{answer}");
    assert_eq!(nodes.len(), 3, "{answer}");

    // Nothing changes by computing all anew.
    hub.pipeline.rebuild(&lienthong::pipeline::By::operator()).await.unwrap();
    assert_eq!(hub.ask(MATCHES, id.clone()).await, answer);

    // Both sides see it, and what is new since when.
    let since = answer["demand"]["matches"]["nodes"][0]["firstSeenAt"].clone();
    let sides = "query($at: DateTime!) { supplyOffers { nodes { product { name } demandMatches(where: { endedAt: { isNull: true } }) {
        totalCount } } } producers { nodes { name demandMatches(where: { firstSeenAt: { gte: $at } }) { nodes { fits } } } }
        demandMatches(where: { firstSeenAt: { gt: $at } }) { totalCount } }";
    let answer = hub.ask(sides, json!({ "at": since })).await;
    let counts = answer["supplyOffers"]["nodes"].as_array().unwrap();
    assert_eq!(
        counts.iter().filter(|offer| offer["demandMatches"]["totalCount"] == 1).count(),
        2,
        "{answer}"
    );
    assert_eq!(answer["demandMatches"]["totalCount"], 0, "{answer}");

    let withdraw = "mutation($id: ID!) { withdrawDemand(input: { id: $id }) { demand { withdrawnAt } userErrors { code } } }";
    let taken = hub.ask(withdraw, id.clone()).await;
    assert!(taken["withdrawDemand"]["demand"]["withdrawnAt"].is_string(), "{taken}");
    let answer = hub.ask(MATCHES, id).await;
    assert!(
        answer["demand"]["matches"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|node| node["endedAt"].is_string())
    );
}

#[tokio::test]
async fn a_demand_is_stored_once_for_a_key_and_mistakes_are_told() {
    let hub = Hub::open().await;
    let keyed = |quantity: i64| {
        let mut wish = wish(quantity);
        wish["input"]["idempotencyKey"] = "don-hang-7".into();
        wish
    };
    let one = hub.ask(STORE, keyed(10)).await["storeDemand"]["demand"]["id"].clone();
    assert_eq!(hub.ask(STORE, keyed(10)).await["storeDemand"]["demand"]["id"], one);
    let other = hub.ask(STORE, keyed(11)).await;
    assert_eq!(other["storeDemand"]["userErrors"][0]["code"], "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(hub.ask("{ demands { totalCount } }", json!({})).await["demands"]["totalCount"], 1);
    for (field, value, code, at) in [
        ("name", json!("gọi 0905 123 456"), "CONTACT_DATA", "name"),
        ("name", json!("gọi ０９８７６５４３２１"), "CONTACT_DATA", "name"),
        ("name", json!("gọi 0987,654,321"), "CONTACT_DATA", "name"),
        ("name", json!("gọi o987654321"), "CONTACT_DATA", "name"),
        ("organisation", json!("mua＠sieuthi.vn"), "CONTACT_DATA", "organisation"),
        ("organisation", json!("mua@sieuthi.vn"), "CONTACT_DATA", "organisation"),
        ("name", json!(" "), "NAME_INVALID", "name"),
        ("name", json!("ă".repeat(201)), "NAME_INVALID", "name"),
        ("name", json!("a\u{0}b"), "TEXT_INVALID", "name"),
        ("partner", json!("product_01h455vb4pex5vsknk084sn02q"), "INVALID_ID", "partner"),
        ("partner", json!("retail_partner_01h455vb4pex5vsknk084sn02q"), "NOT_FOUND", "partner"),
        ("demand", json!({ "quantity": 1, "unit": "kg" }), "DEMAND_EMPTY", "demand.words"),
        (
            "demand",
            json!({ "words": "gạo", "quantity": 0, "unit": "kg" }),
            "AMOUNT_INVALID",
            "demand.quantity",
        ),
        (
            "demand",
            json!({ "words": "gạo", "quantity": 1, "unit": "kg", "place": "Xứ Mơ" }),
            "UNIT_UNKNOWN",
            "demand.place",
        ),
        (
            "demand",
            json!({
                "words": "gạo", "quantity": 1, "unit": "kg", "deliveryFrom": "2020-01-01", "deliveryTo": "2020-02-01",
            }),
            "DELIVERY_PAST",
            "demand.deliveryTo",
        ),
        ("demand", json!({ "words": "0905123456", "quantity": 1, "unit": "kg" }), "CONTACT_DATA", "words"),
    ] {
        let mut wish = wish(1);
        wish["input"][field] = value.clone();
        let answer = &hub.ask(STORE, wish).await["storeDemand"];
        let error = &answer["userErrors"][0];
        assert_eq!(
            (&error["code"], &error["field"]),
            (&json!(code), &json!(at)),
            "{field} {value}: {answer}"
        );
        assert!(answer["demand"].is_null());
    }
    let withdraw = "mutation { withdrawDemand(input: { id: \"demand_01h455vb4pex5vsknk084sn02q\" }) { userErrors { code field } } }";
    let answer = hub.ask(withdraw, json!({})).await;
    assert_eq!(answer["withdrawDemand"]["userErrors"][0], json!({ "code": "NOT_FOUND", "field": "id" }));
    // One value for a list, written in the document.
    let written = "mutation { storeDemand(input: { name: \"Một tháng\", demand: { words: \"gạo\", quantity: 1.5, \
        unit: \"kg\", months: 2, standards: ORGANIC, deliveryTo: \"2099-12-31\" } }) \
        { demand { quantity months standards } userErrors { code } } }";
    let answer = hub.ask(written, json!({})).await;
    let stored = json!({ "quantity": "1.5", "months": [2], "standards": ["ORGANIC"] });
    assert_eq!(answer["storeDemand"]["demand"], stored, "{answer}");
    // Persons' names are shortened for everybody.
    let mut wish = wish(1);
    wish["input"]["name"] = "Đơn của chị Nguyễn Thị Bưởi".into();
    let name = hub.ask(STORE, wish).await["storeDemand"]["demand"]["name"].clone();
    assert!(name.as_str().is_some_and(|name| !name.contains("Nguyễn Thị Bưởi")), "{name}");
}
