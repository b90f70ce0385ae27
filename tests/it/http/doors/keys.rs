//! Keys through the real router: made, shown, narrowed, rotated, revoked, guessed at.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use chrono::TimeDelta;
use lienthong::access::{Caller, KeyWish, Keys, NewKey, Role, system_random};
use lienthong::clock::Clock;
use serde_json::{Value, json};

use super::super::Seen;
use super::{GOOD, HALF_GOOD, Hub, graphql, upload};

const ROLE_ONLY: &str = "{ imports { nodes { receivedBy } } }";

pub(super) async fn closed() -> Hub {
    Hub::with(false, |_| {}).await
}

impl Hub {
    pub async fn key(&self, wish: KeyWish) -> NewKey {
        let label = "test".to_owned();
        self.keys.create(&Caller::operator(), &KeyWish { label, ..wish }).await.unwrap()
    }

    pub(super) async fn with_key(&self, key: &str, request: Request<Body>) -> Seen {
        self.send(shown(key, request)).await
    }

    async fn code(&self, key: &str) -> (u16, String) {
        let seen = self.with_key(key, graphql(ROLE_ONLY, json!({}))).await;
        (seen.status.as_u16(), seen.code())
    }

    async fn run(&self, key: &str, mutation: &str, input: Value) -> Value {
        let name = mutation.split('(').next().unwrap();
        let input_type = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let document = format!(
            "mutation($input: {input_type}!) {{ {name}(input: $input) {{
                 key {{ id prefix role expiresAt revokedAt rotatedFrom {{ prefix }} }} {}
                 userErrors {{ code field message }} }} }}",
            if name == "revokeKey" { "" } else { "secret" }
        );
        let seen = self.with_key(key, graphql(&document, json!({ "input": input }))).await;
        let answer = seen.json();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"][name].clone()
    }
}

pub(super) fn shown(key: &str, mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
    request
}

pub(super) fn of(role: Role) -> KeyWish {
    KeyWish { role, organisation: Some("Siêu thị Thử".into()), ..KeyWish::default() }
}

pub(super) fn agency(office: &str, province: &str) -> KeyWish {
    KeyWish { office: Some(office.into()), province: Some(province.into()), ..of(Role::Agency) }
}

#[tokio::test]
async fn a_key_opens_what_its_role_may_see() {
    let hub = closed().await;
    assert_eq!(hub.send(graphql(ROLE_ONLY, json!({}))).await.status.as_u16(), 401);
    let partner = hub.key(of(Role::Partner)).await;
    assert_eq!(hub.code(&partner.text).await, (403, "FORBIDDEN".into()));
    let steward = hub.key(of(Role::Steward)).await;
    assert_eq!(hub.code(&steward.text).await, (200, String::new()));
    let stored: Vec<(String, Vec<u8>)> =
        sqlx::query_as("select k::text, hash from api_key k").fetch_all(&hub.database.pool).await.unwrap();
    assert!(stored.iter().all(|(row, hash)| hash.len() == 32
        && [&partner, &steward].iter().all(|key| !row.contains(key.text.split('_').nth(2).unwrap()))));
}

#[tokio::test]
async fn what_is_no_key_is_refused_with_one_answer() {
    let hub = closed().await;
    let key = hub.key(of(Role::Steward)).await.text;
    let parts: Vec<&str> = key.split('_').collect();
    let strange = hub.key(of(Role::Steward)).await;
    sqlx::query("delete from api_key where id = $1")
        .bind(strange.id)
        .execute(&hub.database.pool)
        .await
        .unwrap();
    let other = Keys::open(hub.database.pool.clone(), Clock::System, system_random, Some("another secret"));
    let (other, operator) = (other.await.unwrap(), Caller::operator());
    let wish = KeyWish { label: "x".into(), ..of(Role::Admin) };
    let forged = other.create(&operator, &wish);
    let mut answers = Vec::new();
    for guess in [
        format!("lt_{}_{}_{}", parts[1], "0".repeat(32), parts[3]),
        format!("lt_{}_{}_{}", "z".repeat(8), parts[2], parts[3]),
        strange.text,
        // Known by its prefix, and hashed with another secret: the check sum is right.
        forged.await.unwrap().text,
        "lt_".into(),
    ] {
        let seen = hub.with_key(&guess, graphql(ROLE_ONLY, json!({}))).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (401, "KEY_INVALID"), "{guess}");
        assert_eq!(seen.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        let mut answer = seen.json();
        answer["errors"][0]["extensions"]["traceId"].take();
        answers.push(answer);
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
}

#[tokio::test]
async fn a_key_expires_and_is_taken_from_its_networks_alone() {
    let hub = closed().await;
    let key = hub.key(KeyWish { networks: vec!["10.0.0.0/8".into()], ..of(Role::Steward) }).await;
    let from = async |address: &str| {
        let mut request = shown(&key.text, graphql(ROLE_ONLY, json!({})));
        let peer: std::net::SocketAddr = format!("{address}:4000").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let seen = hub.send(request).await;
        (seen.status.as_u16(), seen.code())
    };
    assert_eq!(from("10.1.2.3").await, (200, String::new()));
    assert_eq!(from("192.0.2.1").await, (403, "KEY_NETWORK".into()));
    assert_eq!(hub.code(&key.text).await, (403, "KEY_NETWORK".into()), "from nowhere");
    sqlx::query("update api_key set expires_at = now(), networks = null")
        .execute(&hub.database.pool)
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(hub.code(&key.text).await, (401, "KEY_EXPIRED".into()));
}

#[tokio::test]
async fn two_keys_count_while_one_takes_the_place_of_the_other() {
    let hub = closed().await;
    let admin = hub.key(of(Role::Admin)).await.text;
    let input = json!({ "label": "quầy", "role": "STEWARD" });
    let made = hub.run(&admin, "createKey", input).await;
    let (old, id) = (made["secret"].as_str().unwrap(), made["key"]["id"].clone());
    assert_eq!(hub.code(old).await.0, 200);
    let rotated = hub.run(&admin, "rotateKey", json!({ "id": id, "overlapHours": 1 })).await;
    let new = rotated["secret"].as_str().unwrap();
    assert_eq!(rotated["key"]["rotatedFrom"]["prefix"], made["key"]["prefix"]);
    assert_eq!((hub.code(old).await.0, hub.code(new).await.0), (200, 200));
    let revoked = hub.run(&admin, "revokeKey", json!({ "id": id })).await;
    assert!(revoked["key"]["revokedAt"].is_string(), "{revoked}");
    assert_eq!(hub.code(old).await, (401, "KEY_REVOKED".into()), "at once");
    assert_eq!(hub.code(new).await.0, 200);
    let again = hub.run(&admin, "rotateKey", json!({ "id": id })).await;
    assert_eq!(again["userErrors"][0]["code"], "KEY_REVOKED");
    let at_once =
        hub.run(&admin, "rotateKey", json!({ "id": rotated["key"]["id"], "overlapHours": 0 })).await;
    assert!(at_once["secret"].is_string());
    assert_eq!(hub.code(new).await, (401, "KEY_EXPIRED".into()));
}

#[tokio::test]
async fn another_hub_hears_of_it_within_a_second() {
    let hub = closed().await;
    let key = hub.key(of(Role::Steward)).await;
    let other = Keys::open(hub.database.pool.clone(), Clock::System, system_random, None).await.unwrap();
    assert!(other.opens(&key.text).await, "the secret is the same");
    hub.keys.revoke(&Caller::operator(), key.id).await.unwrap();
    assert!(!hub.keys.opens(&key.text).await);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert!(!other.opens(&key.text).await);
}

#[tokio::test]
async fn who_may_make_which_keys() {
    let hub = closed().await;
    let admin = hub.key(of(Role::Admin)).await.text;
    let wrong =
        hub.run(&admin, "createKey", json!({ "label": "x", "role": "AGENCY", "provinceCode": "48" })).await;
    let error = &wrong["userErrors"][0];
    assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some("OFFICE_MISSING"), Some("office")));
    assert!(wrong["secret"].is_null());
    let scopes = Some(vec!["admin:keys".to_owned()]);
    let narrow = hub.key(KeyWish { scopes, ..of(Role::Admin) }).await.text;
    let wider = hub.run(&narrow, "createKey", json!({ "label": "x", "role": "ADMIN" })).await;
    assert_eq!(wider["userErrors"][0]["code"], "SCOPE_NOT_YOURS");
    let steward = hub.key(of(Role::Steward)).await.text;
    for document in [
        "{ apiKeys { totalCount } }",
        "mutation { createKey(input: { label: \"x\", role: ADMIN }) { secret } }",
    ] {
        let seen = hub.with_key(&steward, graphql(document, json!({}))).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (403, "FORBIDDEN"), "{document}");
    }
    let seen =
        hub.with_key(&admin, graphql("{ apiKeys { totalCount nodes { prefix role } } }", json!({}))).await;
    assert_eq!(seen.json()["data"]["apiKeys"]["totalCount"], 3, "{}", seen.json());
    let said = String::from_utf8(seen.body).unwrap();
    assert!(!said.contains("secret") && !said.contains(&admin), "{said}");
}

#[tokio::test]
async fn whoever_guesses_waits_and_whoever_is_known_does_not() {
    let hub = closed().await;
    let key = hub.key(of(Role::Steward)).await.text;
    assert_eq!(hub.code(&key).await.0, 200);
    for _ in 0..=20 {
        assert_eq!(hub.code("lt_guess").await, (401, "KEY_INVALID".into()));
    }
    let seen = hub.with_key("lt_guess", graphql(ROLE_ONLY, json!({}))).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (429, "TOO_MANY_FAILURES"));
    assert!((1..=60).contains(&seen.header("retry-after").parse::<u64>().unwrap()));
    assert_eq!(hub.code(&key).await.0, 200, "known beside the guessing");
    assert_eq!(hub.send(graphql("{ imports { totalCount } }", json!({}))).await.status.as_u16(), 200);
}

#[tokio::test]
async fn an_office_hands_in_and_changes_its_own_registers_alone() {
    let hub = closed().await;
    let steward = hub.key(of(Role::Steward)).await.text;
    let whole = hub.with_key(&steward, upload("apply=true", GOOD)).await;
    let document = "{ imports { nodes { id office provinceCode } } }";
    let import =
        hub.with_key(&steward, graphql(document, json!({}))).await.json()["data"]["imports"]["nodes"][0]
            .clone();
    let (office, province) = (import["office"].as_str().unwrap(), import["provinceCode"].as_str().unwrap());
    let own = hub.key(agency(office, province)).await.text;
    let neighbour = hub.key(agency(office, if province == "01" { "79" } else { "01" })).await.text;
    let seen = hub.with_key(&neighbour, upload("", HALF_GOOD)).await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (403, "FORBIDDEN"), "{}", seen.json());
    let kept: i64 =
        sqlx::query_scalar("select count(*) from import").fetch_one(&hub.database.pool).await.unwrap();
    assert_eq!(kept, 1, "nothing of it is kept");
    let id = whole.json()["id"].clone();
    let revert = "mutation($id: ID!) { revertImport(input: { id: $id }) { userErrors { code message } } }";
    let preview = "query($id: ID!) { importPreview(id: $id) { changeCount userErrors { code } } }";
    let path = format!("/imports/{}/errors", id.as_str().unwrap());
    let errors = || super::get_for("mending our list", &path);
    for (document, name) in [(revert, "revertImport"), (preview, "importPreview")] {
        let seen = hub.with_key(&neighbour, graphql(document, json!({ "id": id }))).await.json();
        let error = &seen["data"][name]["userErrors"][0];
        assert_eq!(error["code"], "FORBIDDEN", "{seen}");
    }
    assert_eq!(hub.with_key(&neighbour, errors()).await.code(), "FORBIDDEN");
    assert_eq!(hub.with_key(&own, errors()).await.status.as_u16(), 200);
    // The rows are as they came: who reads them says what for, and may.
    let silent = hub.with_key(&own, super::get(&path)).await;
    assert_eq!((silent.status.as_u16(), silent.code().as_str()), (403, "FORBIDDEN"));
    assert!(silent.json()["errors"][0]["message"].as_str().unwrap().contains("X-Purpose"));
    let blind = KeyWish { scopes: Some(vec!["import:agriculture".into()]), ..agency(office, province) };
    let blind = hub.key(blind).await.text;
    assert_eq!(hub.with_key(&blind, errors()).await.code(), "FORBIDDEN");
    let seen = hub.with_key(&own, graphql(revert, json!({ "id": id }))).await.json();
    assert_eq!(seen["data"]["revertImport"]["userErrors"], json!([]));
    let narrow = KeyWish { scopes: Some(vec!["read:supply".into()]), ..agency(office, province) };
    let narrow = hub.key(narrow).await.text;
    assert_eq!(hub.with_key(&narrow, upload("", GOOD)).await.code(), "FORBIDDEN");
}

/// Known, and nothing is granted to them: no key would help them.
#[tokio::test]
async fn somebody_known_is_forbidden_what_anybody_is_asked_to_sign_on_for() {
    let hub = closed().await;
    let key = hub.key(KeyWish { role: Role::Public, ..KeyWish::default() }).await.text;
    let preview = "{ importPreview(id: \"import_01h455vb4pex5vsknk084sn02q\") { changeCount } }";
    let revert = "mutation { revertImport(input: { id: \"x\" }) { userErrors { code } } }";
    for document in [ROLE_ONLY, "{ auditEntries { totalCount } }", preview, revert] {
        let anybody = hub.send(graphql(document, json!({}))).await;
        assert_eq!(
            (anybody.status.as_u16(), anybody.code().as_str()),
            (401, "UNAUTHENTICATED"),
            "{document}"
        );
        let known = hub.with_key(&key, graphql(document, json!({}))).await;
        assert_eq!((known.status.as_u16(), known.code().as_str()), (403, "FORBIDDEN"), "{document}");
        assert_eq!(known.header("www-authenticate"), "");
    }
}

#[tokio::test]
async fn nobody_meets_the_idempotency_key_of_another() {
    let hub = closed().await;
    let import =
        hub.with_key(&hub.key(of(Role::Steward)).await.text, upload("", GOOD)).await.json()["id"].clone();
    let document = "mutation($id: ID!) { applyImport(input: { id: $id, idempotencyKey: \"2026-1\" }) {
        import { state } userErrors { code } } }";
    let revert = document.replace("applyImport", "revertImport");
    let run = async |key: &str, document: &str| {
        let seen = hub.with_key(key, graphql(document, json!({ "id": import }))).await.json();
        let name = if document.contains("applyImport") { "applyImport" } else { "revertImport" };
        (seen["data"][name]["import"]["state"].clone(), seen["data"][name]["userErrors"][0]["code"].clone())
    };
    let (one, other) = (hub.key(of(Role::Steward)).await.text, hub.key(of(Role::Steward)).await.text);
    assert_eq!(run(&one, document).await, (json!("APPLIED"), Value::Null));
    // Another's operation under the same word is its own.
    assert_eq!(run(&other, &revert).await, (json!("REVERTED"), Value::Null));
    assert_eq!(run(&one, &revert).await.1, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(run(&one, document).await.1, Value::Null, "as it was answered then");
}

#[tokio::test]
async fn that_a_key_is_used_is_noted_once_a_minute() {
    let hub = closed().await;
    let key = hub.key(of(Role::Steward)).await;
    let used = async || {
        sqlx::query_scalar::<_, Option<chrono::DateTime<chrono::Utc>>>("select last_used_at from api_key")
            .fetch_one(&hub.database.pool)
            .await
            .unwrap()
    };
    assert_eq!(used().await, None);
    assert_eq!(hub.code(&key.text).await.0, 200);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let first = used().await.expect("noted");
    assert_eq!(hub.code(&key.text).await.0, 200);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(hub.code(&key.text).await.0, 200);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(used().await, Some(first));
    assert!(lienthong::clock::Clock::System.now() - first < TimeDelta::minutes(1));
}
