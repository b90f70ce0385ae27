//! Who may act: an open desk takes whoever comes, but for pages of other sites; else one shows a key.

use serde_json::json;

use super::{GOOD, Hub, get, graphql, upload};

const ACTS: [&str; 2] = [
    "mutation { applyImport(input: { id: \"import_01h455vb4pex5vsknk084sn02q\" }) { userErrors { code } } }",
    "{ importPreview(id: \"import_01h455vb4pex5vsknk084sn02q\") { changeCount } }",
];

#[tokio::test]
async fn who_shows_nothing_reads_what_is_public_and_does_not_act() {
    let hub = Hub::with(false, |_| {}).await;
    let seen = hub.upload("", GOOD).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "UNAUTHENTICATED"));
    assert_eq!(seen.header("www-authenticate"), "Bearer");
    let errors = hub.send(get("/imports/import_01h455vb4pex5vsknk084sn02q/errors")).await;
    assert_eq!((errors.status.as_u16(), errors.code().as_str()), (401, "UNAUTHENTICATED"));
    for document in ACTS {
        let seen = hub.send(graphql(document, json!({}))).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "UNAUTHENTICATED"), "{document}");
        assert!(seen.json().get("data").is_none(), "{}", seen.json());
    }
    hub.ask("{ imports { totalCount } products { totalCount } }", json!({})).await;
    let none: i64 =
        sqlx::query_scalar("select count(*) from import").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(none, 0);
}

#[tokio::test]
async fn an_open_desk_is_closed_to_pages_of_other_sites() {
    let hub = Hub::open().await;
    for (name, value) in
        [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
    {
        let mut request = upload("", GOOD);
        request.headers_mut().insert(name, value.parse().unwrap());
        let seen = hub.send(request).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "UNAUTHENTICATED"), "{name}: {value}");
        let mut request = graphql(ACTS[0], json!({}));
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(hub.send(request).await.status.as_u16(), 401, "{name}: {value}");
    }
    // A name made to point here: browsers say nothing else of a page's GET over plain HTTP, or of an old one's POST.
    for path in [
        "/graphql?query=%7Bimports%7Bnodes%7BreceivedBy%7D%7D%7D",
        "/imports/import_01h455vb4pex5vsknk084sn02q",
    ] {
        let mut request = get(path);
        request.headers_mut().insert("host", "evil.example:8080".parse().unwrap());
        let seen = hub.send(request).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "UNAUTHENTICATED"), "{path}");
        assert_ne!(hub.send(get(path)).await.status.as_u16(), 401, "{path}");
    }
    let mut own = upload("", GOOD);
    own.headers_mut().insert("origin", "http://localhost:8080".parse().unwrap());
    assert_eq!(hub.send(own).await.status.as_u16(), 201);
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
