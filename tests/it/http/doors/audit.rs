//! Who did what, and who read personal data, through the real router; and that nobody changes the log unseen.

use lienthong::access::{Audit, Broken, KeyWish, Role};
use lienthong::clock::Clock;
use serde_json::json;

use super::{GOOD, Hub, graphql, upload};

type Told = Vec<(String, String, Option<String>, Option<String>, Option<String>)>;

async fn told(hub: &Hub) -> Told {
    sqlx::query_as("select stage, action, code, record, purpose from audit_entry order by seq")
        .fetch_all(&hub.database.pool)
        .await
        .unwrap()
}

fn by(
    key: &str,
    mut request: axum::http::Request<axum::body::Body>,
) -> axum::http::Request<axum::body::Body> {
    request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    request
}

#[tokio::test]
async fn what_is_done_is_told_before_and_after() {
    let hub = Hub::with(false, |_| {}).await;
    let key = hub.key(KeyWish { role: Role::Steward, ..KeyWish::default() }).await;
    let import = hub.send(by(&key.text, upload("", GOOD))).await.json()["id"].as_str().unwrap().to_owned();
    let document = "mutation($id: ID!) { applyImport(input: { id: $id }) { userErrors { code } } }";
    hub.send(by(&key.text, graphql(document, json!({ "id": import })))).await;
    let none = "import_01h455vb4pex5vsknk084sn02q";
    hub.send(by(&key.text, graphql(document, json!({ "id": none })))).await;
    let some = |text: &str| Some(text.to_owned());
    let entry = |stage: &str, action: &str, code: Option<&str>, record: Option<&str>| {
        (stage.to_owned(), action.to_owned(), code.map(str::to_owned), record.map(str::to_owned), None)
    };
    assert_eq!(
        told(&hub).await,
        [
            entry("BEGUN", "POST /imports", None, None),
            entry("DONE", "POST /imports", None, Some(&import)),
            entry("BEGUN", "applyImport", None, Some(&import)),
            entry("DONE", "applyImport", None, Some(&import)),
            entry("BEGUN", "applyImport", None, Some(none)),
            entry("FAILED", "applyImport", Some("NOT_FOUND"), Some(none)),
        ]
    );
    let who: Vec<(String, String)> = sqlx::query_as("select distinct identity, role from audit_entry")
        .fetch_all(&hub.database.pool)
        .await
        .unwrap();
    assert_eq!(who, [(key.prefix.clone(), "STEWARD".to_owned())]);
    let path = format!("/imports/{import}/errors");
    assert_eq!(hub.send(by(&key.text, super::get(&path))).await.status.as_u16(), 403, "without a purpose");
    assert_eq!(told(&hub).await.last().unwrap().0, "FAILED", "nothing was read");
    let seen = hub.send(by(&key.text, super::get_for("mending a list", &path))).await;
    assert_eq!(seen.status.as_u16(), 200);
    let read = (
        "READ".to_owned(),
        "GET /imports/{id}/errors".to_owned(),
        None,
        some(&import),
        some("mending a list"),
    );
    assert_eq!(told(&hub).await.last(), Some(&read));
}

#[tokio::test]
async fn reading_personal_data_is_told_with_its_purpose() {
    let hub = Hub::with(false, |_| {}).await;
    let key = hub.key(KeyWish { role: Role::Steward, ..KeyWish::default() }).await;
    let ask = async |document: &str, purpose: Option<&'static str>| {
        let mut request = by(&key.text, graphql(document, json!({})));
        purpose.map(|purpose| request.headers_mut().insert("x-purpose", purpose.parse().unwrap()));
        let seen = hub.send(request).await;
        assert_eq!(seen.status.as_u16(), 200, "{}", seen.json());
    };
    ask("{ producers { nodes { phone } } }", None).await;
    ask("{ producers { totalCount nodes { id kind } } }", Some("inspection")).await;
    let mut dry = by(&key.text, graphql("{ producers { nodes { phone } } }", json!({})));
    dry.headers_mut().insert("x-purpose", "inspection".parse().unwrap());
    dry.headers_mut().insert("x-dry-run", "true".parse().unwrap());
    assert_eq!(hub.send(dry).await.json()["extensions"]["dryRun"], true);
    assert_eq!(told(&hub).await, [], "masked, none selected, or nothing run");
    ask("{ producers { nodes { phone } } }", Some("inspection")).await;
    ask("{ producers(where: { taxCode: { eq: \"0\" } }) { totalCount } }", Some("inspection")).await;
    let told = told(&hub).await;
    assert_eq!(told.len(), 2, "{told:?}");
    for ((stage, action, _, record, purpose), read) in told.iter().zip(["Producer.phone", "Producer.taxCode"])
    {
        assert_eq!((stage.as_str(), action.as_str()), ("READ", "read"));
        assert_eq!((record.as_deref(), purpose.as_deref()), (Some(read), Some("inspection")));
    }
}

/// What is in the log is there for good: a client does not fill it.
#[tokio::test]
async fn the_log_keeps_no_more_of_an_id_than_an_id_has() {
    let hub = Hub::with(false, |_| {}).await;
    let wish = KeyWish { role: Role::Partner, organisation: Some("Chợ".to_owned()), ..KeyWish::default() };
    let key = hub.key(wish).await;
    let document = "mutation($id: ID!) { withdrawDemand(input: { id: $id }) { userErrors { code } } }";
    let seen = hub.send(by(&key.text, graphql(document, json!({ "id": "ă".repeat(100_000) })))).await;
    assert!(!seen.code().is_empty() || !seen.json()["data"]["withdrawDemand"]["userErrors"][0].is_null());
    let told = told(&hub).await;
    assert_eq!(told.len(), 2, "{}", told.len());
    assert!(told.iter().all(|entry| entry.3 == Some("ă".repeat(60))));
}

/// Somebody holds the log, or another hub is stuck in it: who must be noted is told soon, everybody else is served.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_keeps_nobody_waiting() {
    let hub = Hub::with(false, |_| {}).await;
    let key = hub.key(KeyWish { role: Role::Steward, ..KeyWish::default() }).await;
    let mut held = hub.database.pool.begin().await.unwrap();
    sqlx::query("lock table audit_entry in exclusive mode").execute(&mut *held).await.unwrap();
    let begun = std::time::Instant::now();
    let mut request = by(&key.text, graphql("{ producers { nodes { phone } } }", json!({})));
    request.headers_mut().insert("x-purpose", "inspection".parse().unwrap());
    let read = hub.send(request);
    let act = "mutation { applyImport(input: { id: \"import_01h455vb4pex5vsknk084sn02q\" }) { userErrors { code } } }";
    let act = hub.send(by(&key.text, graphql(act, json!({}))));
    let (read, act) = tokio::join!(read, act);
    assert_eq!((read.status.as_u16(), read.code().as_str()), (503, "UNAVAILABLE"), "{}", read.json());
    assert_eq!((act.status.as_u16(), act.code().as_str()), (503, "UNAVAILABLE"), "{}", act.json());
    assert_eq!(read.header("retry-after"), "1");
    assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    held.rollback().await.unwrap();
    let document = "{ producers(where: { taxCode: { eq: \"0\" } }) { totalCount } }";
    let mut request = by(&key.text, graphql(document, json!({})));
    request.headers_mut().insert("x-purpose", "inspection".parse().unwrap());
    assert_eq!(hub.send(request).await.status.as_u16(), 200, "and is written again");
    assert_eq!(told(&hub).await.len(), 1, "what was refused is not in it");
}

#[tokio::test]
async fn nobody_changes_the_log_unseen() {
    let hub = Hub::with(false, |_| {}).await;
    let key = hub.key(KeyWish { role: Role::Admin, ..KeyWish::default() }).await;
    let document = "mutation { createKey(input: { label: \"x\", role: STEWARD }) { key { id } secret } }";
    for _ in 0..3 {
        hub.send(by(&key.text, graphql(document, json!({})))).await;
    }
    let pool = &hub.database.pool;
    let audit = Audit::new(pool, Clock::System);
    let chain = audit.verify(None).await.unwrap().unwrap();
    assert_eq!(chain.entries, 6);
    for change in [
        "update audit_entry set actor = 'nobody' where seq = 3",
        "delete from audit_entry where seq = 3",
        "truncate audit_entry",
    ] {
        assert!(sqlx::query(change).execute(pool).await.is_err(), "{change}");
    }
    let seen = hub
        .send(by(&key.text, graphql("{ auditEntries { totalCount nodes { action hash } } }", json!({}))))
        .await;
    assert_eq!(seen.json()["data"]["auditEntries"]["totalCount"], 6, "{}", seen.json());
    sqlx::query("alter table audit_entry disable trigger all").execute(pool).await.unwrap();
    // The last one cut off shows where its hash was kept.
    sqlx::query("delete from audit_entry where seq = 6").execute(pool).await.unwrap();
    assert!(!audit.verify(Some(&chain.head)).await.unwrap().unwrap().holds);
    assert!(audit.verify(None).await.unwrap().unwrap().holds);
    sqlx::query("update audit_entry set actor = 'nobody' where seq = 3").execute(pool).await.unwrap();
    assert_eq!(audit.verify(None).await.unwrap(), Err(Broken { seq: 3 }));
    sqlx::query("delete from audit_entry where seq = 2").execute(pool).await.unwrap();
    assert_eq!(audit.verify(None).await.unwrap(), Err(Broken { seq: 2 }));
}
