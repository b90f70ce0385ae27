//! Tokens of a local issuer that signs with keys of its own: nothing of the checks is a stand-in.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use lienthong::access::{Callers, SignOn, Visit};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

/// A token of an issuer at https://sso.example, signed by openssl with an RSA key that was thrown away.
const RSA: &str = include_str!("../../../cases/access/rsa_token.json");

/// Somebody who vouches for people.
struct Issuer {
    url: String,
    keys: Arc<Mutex<Option<Value>>>,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
}

async fn published(State(keys): State<Arc<Mutex<Option<Value>>>>) -> (StatusCode, String) {
    match keys.lock().unwrap().clone() {
        Some(keys) => (StatusCode::OK, keys.to_string()),
        None => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
    }
}

impl Issuer {
    async fn start() -> Self {
        let random = SystemRandom::new();
        let ec = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let ec = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, ec.as_ref(), &random).unwrap();
        let ed = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let ed = Ed25519KeyPair::from_pkcs8(ed.as_ref()).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let keys = Arc::new(Mutex::new(Some(Value::Null)));
        let discovery = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") }).to_string();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async move || discovery))
            .route("/keys", get(published))
            .with_state(Arc::clone(&keys));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self { url, keys, ec, ed };
        issuer.publish(&["ec", "ed"]);
        issuer
    }

    fn publish(&self, names: &[&str]) {
        let point = self.ec.public_key().as_ref();
        let key = |name: &&str| match *name {
            "ed" => {
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": name, "x": b64(self.ed.public_key().as_ref()) })
            }
            name => json!({ "kty": "EC", "crv": "P-256", "kid": name, "use": "sig",
                            "x": b64(&point[1..33]), "y": b64(&point[33..]) }),
        };
        let mut keys: Vec<Value> = names.iter().map(key).collect();
        keys.push(json!({ "kty": "of a kind to come", "kid": "new" }));
        *self.keys.lock().unwrap() = Some(json!({ "keys": keys }));
    }

    fn claims(&self) -> Value {
        let now = lienthong::clock::Clock::System.now().timestamp();
        json!({ "iss": self.url, "aud": ["lienthong", "other"], "sub": "u-1", "name": "Lan", "exp": now + 300,
                "realm": { "roles": ["reader", "editor"] } })
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let message =
            format!("{}.{}", b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes()));
        let signature = match header["alg"].as_str().unwrap() {
            "ES256" => self.ec.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec(),
            "EdDSA" => self.ed.sign(message.as_bytes()).as_ref().to_vec(),
            // With the public key as the shared secret.
            "HS256" => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.ec.public_key().as_ref());
                ring::hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
            }
            _ => Vec::new(),
        };
        format!("{message}.{}", b64(&signature))
    }

    fn es(&self, claims: &Value) -> String {
        self.token(&json!({ "alg": "ES256", "kid": "ec" }), claims)
    }

    fn callers(&self, more: &str) -> Callers {
        callers(&self.url, more)
    }
}

fn callers(url: &str, more: &str) -> Callers {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sso.toml");
    let text = format!(
        "[[issuer]]\nurl = '{url}'\naudience = 'lienthong'\nroles_claim = 'realm.roles'\nrefetch_seconds = 1\n{more}\n\
         [[issuer.grant]]\nvalue = 'reader'\nrole = 'PARTNER'\norganisation = 'Chợ'\n\
         [[issuer.grant]]\nvalue = 'editor'\nrole = 'AGENCY'\noffice = 'AGRICULTURE'\nprovince = '48'\n"
    );
    std::fs::write(&file, text).unwrap();
    Callers::new(None, false, Vec::new()).trusting(Some(SignOn::load(&file).unwrap()))
}

/// The role, or the code of the refusal.
async fn seen(callers: &Callers, token: &str) -> String {
    let shown = format!("Bearer {token}");
    let visit = Visit { authorization: &[&shown], ..Visit::default() };
    match callers.identify(&visit).await {
        Ok(caller) => format!("{} {}", caller.role.name(), caller.actor().0),
        Err(not) => not.fault.code.to_owned(),
    }
}

fn b64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let letter = |bits: u32, at: u32| char::from(LETTERS[(bits >> (18 - 6 * at)) as usize & 63]);
    let group = |three: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(three.get(at).copied().unwrap_or(0)));
        (0..=three.len() as u32).map(|at| letter(bits, at)).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_token_that_holds_is_a_person_with_the_role_that_is_granted() {
    let issuer = Issuer::start().await;
    let callers = issuer.callers("");
    let claims = issuer.claims();
    assert_eq!(seen(&callers, &issuer.es(&claims)).await, "AGENCY Lan (u-1)");
    let ed = issuer.token(&json!({ "alg": "EdDSA", "kid": "ed" }), &claims);
    assert_eq!(seen(&callers, &ed).await, "AGENCY Lan (u-1)");
    let reader = with(&claims, "realm", json!({ "roles": "reader" }));
    assert_eq!(seen(&callers, &issuer.es(&reader)).await, "PARTNER Lan (u-1)");
    // Known, and nothing is granted: what anybody sees.
    let nothing = with(&claims, "realm", json!({ "roles": ["boss", 5] }));
    assert_eq!(seen(&callers, &issuer.es(&nothing)).await, "PUBLIC Lan (u-1)");
}

#[tokio::test]
async fn rsa_by_another_program() {
    let case: Value = serde_json::from_str(RSA).unwrap();
    let issuer = Issuer::start().await;
    *issuer.keys.lock().unwrap() = Some(case["jwks"].clone());
    let callers = callers("https://sso.example", &format!("jwks = '{}/keys'", issuer.url));
    let token = case["token"].as_str().unwrap();
    assert_eq!(seen(&callers, token).await, "AGENCY An (u-9)");
    let (message, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    assert_eq!(seen(&callers, &format!("{message}.{other}{}", &signature[1..])).await, "TOKEN_INVALID");
}

#[tokio::test]
async fn tokens_that_do_not_hold() {
    let issuer = Issuer::start().await;
    let callers = issuer.callers("");
    let (claims, now) = (issuer.claims(), lienthong::clock::Clock::System.now().timestamp());
    let mut cut = claims.clone();
    cut.as_object_mut().unwrap().remove("exp");
    let none = issuer.token(&json!({ "alg": "none" }), &claims);
    let stranger = Issuer::start().await;
    let forged = {
        let good = issuer.es(&claims);
        let (message, signature) = good.rsplit_once('.').unwrap();
        let (header, _) = message.split_once('.').unwrap();
        let admin = with(&claims, "sub", "u-2".into());
        format!("{header}.{}.{signature}", b64(admin.to_string().as_bytes()))
    };
    for (what, token, code) in [
        ("alg=none", none.clone(), "TOKEN_INVALID"),
        ("alg=none without a signature", none.trim_end_matches('.').to_owned() + ".", "TOKEN_INVALID"),
        ("alg=None", issuer.token(&json!({ "alg": "None" }), &claims), "TOKEN_INVALID"),
        (
            "the public key as a secret",
            issuer.token(&json!({ "alg": "HS256", "kid": "ec" }), &claims),
            "TOKEN_INVALID",
        ),
        (
            "a key of another kind",
            issuer.token(&json!({ "alg": "EdDSA", "kid": "ec" }), &claims),
            "TOKEN_INVALID",
        ),
        (
            "an unknown key",
            issuer.token(&json!({ "alg": "ES256", "kid": "other" }), &claims),
            "TOKEN_INVALID",
        ),
        ("no name of two keys", issuer.token(&json!({ "alg": "ES256" }), &claims), "TOKEN_INVALID"),
        ("other claims", forged, "TOKEN_INVALID"),
        ("no end", issuer.es(&cut), "TOKEN_INVALID"),
        ("expired", issuer.es(&with(&claims, "exp", (now - 61).into())), "TOKEN_EXPIRED"),
        ("within the skew", issuer.es(&with(&claims, "exp", (now - 50).into())), "AGENCY Lan (u-1)"),
        ("not yet", issuer.es(&with(&claims, "nbf", (now + 120).into())), "TOKEN_NOT_YET_VALID"),
        ("nobody", issuer.es(&with(&claims, "sub", "".into())), "TOKEN_INVALID"),
        ("a blank for a name", issuer.es(&with(&claims, "sub", " ".into())), "TOKEN_INVALID"),
        ("for others", issuer.es(&with(&claims, "aud", "other".into())), "TOKEN_AUDIENCE"),
        ("another issuer", issuer.es(&with(&claims, "iss", "https://evil.example".into())), "TOKEN_INVALID"),
        (
            "signed by a stranger",
            stranger.es(&with(&claims, "iss", issuer.url.clone().into())),
            "TOKEN_INVALID",
        ),
        ("no token", "a.b.c".to_owned(), "TOKEN_INVALID"),
    ] {
        assert_eq!(seen(&callers, &token).await, code, "{what}");
    }
}

#[tokio::test]
async fn keys_change_and_issuers_fail() {
    let issuer = Issuer::start().await;
    let callers = issuer.callers("");
    let claims = issuer.claims();
    let renamed = issuer.token(&json!({ "alg": "ES256", "kid": "later" }), &claims);
    assert_eq!(seen(&callers, &issuer.es(&claims)).await, "AGENCY Lan (u-1)");
    issuer.publish(&["later"]);
    assert_eq!(seen(&callers, &renamed).await, "TOKEN_INVALID", "asked a moment ago");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(seen(&callers, &renamed).await, "AGENCY Lan (u-1)", "the new key");
    assert_eq!(seen(&callers, &issuer.es(&claims)).await, "TOKEN_INVALID", "the old one is gone");
    *issuer.keys.lock().unwrap() = None;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    assert_eq!(seen(&callers, &renamed).await, "AGENCY Lan (u-1)", "kept while the issuer does not answer");
    assert_eq!(seen(&issuer.callers(""), &renamed).await, "SIGN_ON_UNAVAILABLE", "never heard of");
}

/// One broken program behind an office's address does not keep its people out.
#[tokio::test]
async fn whoever_signs_on_is_looked_at_beside_those_who_fail() {
    let issuer = Issuer::start().await;
    let callers = issuer.callers("");
    let bad = issuer.es(&with(&issuer.claims(), "iss", "https://evil.example".into()));
    for _ in 0..=20 {
        assert_eq!(seen(&callers, &bad).await, "TOKEN_INVALID");
    }
    assert_eq!(seen(&callers, &bad).await, "TOO_MANY_FAILURES");
    assert_eq!(seen(&callers, "lt_guess").await, "TOO_MANY_FAILURES");
    assert_eq!(seen(&callers, &issuer.es(&issuer.claims())).await, "AGENCY Lan (u-1)");
}

#[tokio::test]
async fn an_algorithm_that_is_not_allowed_is_refused() {
    let issuer = Issuer::start().await;
    let callers = issuer.callers("algorithms = ['EdDSA']");
    assert_eq!(seen(&callers, &issuer.es(&issuer.claims())).await, "TOKEN_INVALID");
    let ed = issuer.token(&json!({ "alg": "EdDSA", "kid": "ed" }), &issuer.claims());
    assert_eq!(seen(&callers, &ed).await, "AGENCY Lan (u-1)");
}
