//! Ids that were merged away lead to the entity of today.

use serde_json::json;

use super::{GOOD, Hub};

#[tokio::test]
async fn an_id_that_leads_nowhere_is_null() {
    let hub = Hub::open().await;
    hub.upload("apply=true", GOOD).await;
    let known = hub.ask("{ producers(first: 1) { nodes { id } } }", json!({})).await;
    let known = &known["producers"]["nodes"][0]["id"];
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } node(id: \"producer_01h455vb4pex5vsknk084sn02q\") { id } }";
    let ids = json!(["producer_01h455vb4pex5vsknk084sn02q", known]);
    let answer = hub.ask(document, json!({ "ids": ids })).await;
    assert_eq!(answer, json!({ "nodes": [null, { "id": known }], "node": null }));
}

#[tokio::test]
async fn an_old_id_leads_through_its_node_to_the_entity_of_today() {
    let hub = Hub::open().await;
    hub.upload("apply=true", GOOD).await;
    // As if the first had been known by another id once.
    sqlx::query(
        "insert into address (id, node_id)
         select '01890a5d-ac96-774b-bcce-b302099a8057', id from node where entity = 'Producer' order by id limit 1",
    )
    .execute(&hub.database.pool)
    .await
    .unwrap();
    let document = "query($id: ID!) { node(id: $id) { id } producer(id: $id) { id name history { totalCount } } nodes(ids: [$id, $id]) { id } }";
    let answer = hub.ask(document, json!({ "id": "producer_01h455vb4pex5vsknk084sn02q" })).await;
    let today = &answer["node"]["id"];
    assert!(today.as_str().is_some_and(|id| id != "producer_01h455vb4pex5vsknk084sn02q"), "{answer}");
    assert_eq!(
        (&answer["producer"]["id"], &answer["nodes"]),
        (today, &json!([{ "id": today }, { "id": today }]))
    );
    assert!(answer["producer"]["history"]["totalCount"].as_i64() > Some(0), "{answer}");
}
