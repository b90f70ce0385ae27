//! Every door asks the one rule of access, and reading asks none.

use lienthong::access::Desk;
use serde_json::json;

use super::{GOOD, Hub, get, graphql, upload};

const ACTS: [&str; 2] = [
    "mutation { applyImport(input: { id: \"import_01h455vb4pex5vsknk084sn02q\" }) { userErrors { code } } }",
    "{ importPreview(id: \"import_01h455vb4pex5vsknk084sn02q\") { changeCount } }",
];

#[tokio::test]
async fn who_may_not_act_still_reads() {
    let hub = Hub::with(|options| options.desk = Desk::Closed).await;
    let seen = hub.upload("", GOOD).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "UNAUTHENTICATED"));
    let errors = hub.send(get("/imports/import_01h455vb4pex5vsknk084sn02q/errors")).await;
    assert_eq!((errors.status.as_u16(), errors.code().as_str()), (401, "UNAUTHENTICATED"));
    for document in ACTS {
        let seen = hub.send(graphql(document, json!({}))).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "UNAUTHENTICATED"), "{document}");
        assert!(seen.json().get("data").is_none(), "{}", seen.json());
    }
    hub.ask("{ imports { totalCount } products { nodes { id name } } }", json!({})).await;
    let rows = hub.send(graphql("{ rawRows { nodes { id } } }", json!({}))).await;
    assert_eq!((rows.status.as_u16(), rows.code().as_str()), (401, "UNAUTHENTICATED"));
    let none: i64 =
        sqlx::query_scalar("select count(*) from import").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(none, 0);
}

#[tokio::test]
async fn a_local_desk_is_closed_to_other_sites_names_and_proxies() {
    let hub = Hub::open().await;
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-for", "10.1.2.3"),
        ("origin", "http://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let mut request = upload("", GOOD);
        request.headers_mut().insert(name, value.parse().unwrap());
        let seen = hub.send(request).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "UNAUTHENTICATED"), "{name}: {value}");
        let mut request = graphql(ACTS[0], json!({}));
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(hub.send(request).await.status.as_u16(), 401, "{name}: {value}");
    }
}

#[tokio::test]
async fn raw_rows_and_fixes_hide_their_cells() {
    let hub = Hub::open().await;
    let import = hub.upload("", super::HALF_GOOD).await.json()["id"].clone();
    let document = "query($id: ID!) { import(id: $id) {
        rows(first: 20, where: { kind: { eq: DATA } }) { totalCount nodes { row outcome cells } }
        quarantined: rows(where: { outcome: { eq: QUARANTINED } }) { totalCount } } }";
    let answer = hub.ask(document, json!({ "id": import })).await;
    assert_eq!(answer["import"]["rows"]["totalCount"], 3);
    assert_eq!(answer["import"]["quarantined"]["totalCount"], 1);
    let cells = answer["import"]["rows"]["nodes"].as_array().unwrap();
    assert!(cells.iter().all(|row| row["cells"].is_null()), "{answer}");
}
