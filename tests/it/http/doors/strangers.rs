//! What strangers send to the doors: refused by a code, in both languages, and never an error of ours.

use axum::body::Body;
use axum::http::Request;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{GOOD, HALF_GOOD, Hub, get, get_for, graphql};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    request: Vec<Sent>,
    operation: Vec<Operation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    name: String,
    #[serde(default = "post")]
    method: String,
    path: String,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    body: Option<String>,
    hex: Option<String>,
    /// The body is a good file: all else is wrong.
    #[serde(default)]
    good: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    name: String,
    refused: Vec<String>,
}

fn post() -> String {
    "POST".to_owned()
}

fn cases() -> Cases {
    toml::from_str(include_str!("../../../cases/doors/strangers.toml")).unwrap()
}

/// The hub with an import that waits and one that is applied; words in braces and what they stand for.
async fn open() -> (Hub, Vec<(&'static str, String)>) {
    let hub = Hub::open().await;
    let id = |report: Value| report["id"].as_str().unwrap().to_owned();
    let applied = id(hub.upload("apply=true", GOOD).await.json());
    let import = id(hub.upload("", HALF_GOOD).await.json());
    let known =
        hub.ask("{ producers { nodes { id } } adminUnits(first: 1) { nodes { id } } }", json!({})).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let words = vec![
        ("{import}", import),
        ("{applied}", applied),
        ("{producer}", text(&known["producers"]["nodes"][0]["id"])),
        ("{other}", text(&known["producers"]["nodes"][1]["id"])),
        ("{unit}", text(&known["adminUnits"]["nodes"][0]["id"])),
        ("{10000}", "x".repeat(10_000)),
        ("{[}", "[".repeat(10_000)),
    ];
    (hub, words)
}

fn filled(text: &str, words: &[(&str, String)]) -> String {
    words.iter().fold(text.to_owned(), |text, (word, with)| text.replace(word, with))
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

impl Sent {
    fn request(&self, words: &[(&str, String)]) -> Request<Body> {
        let mut request = Request::builder().method(self.method.as_str()).uri(filled(&self.path, words));
        let given = |name: &str| self.headers.contains_key(name);
        for (name, value) in [("host", "localhost:8080"), ("content-type", "text/csv")] {
            request = if given(name) { request } else { request.header(name, value) };
        }
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        let body = match (&self.body, &self.hex) {
            _ if self.good => GOOD.as_bytes().to_vec(),
            (Some(body), _) => filled(body, words).into_bytes(),
            (None, hex) => bytes(hex.as_deref().unwrap_or_default()),
        };
        request.body(body.into()).unwrap()
    }
}

/// Coded, in words of both languages, without an id that no caller knows.
fn is_coded(errors: &Value) -> bool {
    errors.as_array().is_some_and(|errors| {
        !errors.is_empty()
            && errors.iter().all(|error| {
                let said = &error["extensions"];
                let code = said["code"].as_str().unwrap_or_default();
                !matches!(code, "" | "INTERNAL_SERVER_ERROR")
                    && said["messageVi"].as_str().is_some_and(|words| !words.is_empty())
                    && error["message"].as_str().is_some_and(|words| !words.is_empty() && !has_uuid(words))
            })
    })
}

fn has_uuid(text: &str) -> bool {
    let is_hex =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| {
        let parts: Vec<&str> = word.split('-').collect();
        parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, length)| is_hex(part, length))
    })
}

#[tokio::test]
async fn no_request_of_a_stranger_is_an_error_of_ours() {
    let (hub, words) = open().await;
    let (mut wrong, cases) = (Vec::new(), cases().request);
    assert!(cases.len() >= 50, "{}", cases.len());
    for case in cases {
        let seen = hub.send(case.request(&words)).await;
        let status = seen.status.as_u16();
        // What a caller wrote may be told back.
        let own = case.path.rsplit('/').next().filter(|word| has_uuid(word)).unwrap_or("\0");
        let told = String::from_utf8_lossy(&seen.body).replace(own, "");
        let errors = serde_json::from_str::<Value>(&told).unwrap_or_default()["errors"].clone();
        if !(400..500).contains(&status) || !is_coded(&errors) {
            let body: String = String::from_utf8_lossy(&seen.body).chars().take(300).collect();
            wrong.push(format!("{}: {status} {body}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(hub.send(get("/healthz")).await.status.as_u16() / 100, 2, "it is there still");
}

#[tokio::test]
async fn no_operation_of_a_stranger_is_an_error_of_ours() {
    let (hub, words) = open().await;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for operation in cases().operation {
        let mut name = operation.name.clone();
        name[..1].make_ascii_uppercase();
        let document = format!(
            "mutation($input: {name}Input!) {{ {}(input: $input) {{ userErrors {{ code field message }} }} }}",
            operation.name
        );
        for input in &operation.refused {
            count += 1;
            let variables: Value = serde_json::from_str(&filled(input, &words)).unwrap();
            let mut told = Vec::new();
            for language in ["en", "vi"] {
                let mut request = graphql(&document, json!({ "input": variables }));
                request.headers_mut().insert("accept-language", language.parse().unwrap());
                let answer = hub.send(request).await.json();
                let mistake = &answer["data"][&operation.name]["userErrors"][0];
                let words = mistake["message"].as_str().unwrap_or_default().to_owned();
                let coded = mistake["code"].as_str().is_some_and(|code| code != "INTERNAL_SERVER_ERROR");
                if !is_coded(&answer["errors"]) && (!coded || words.is_empty() || has_uuid(&words)) {
                    wrong.push(format!("{} {input}: {answer}", operation.name));
                }
                told.push(words);
            }
            if told[0] == told[1] && !told[0].is_empty() {
                wrong.push(format!("{} {input}: in one language: {}", operation.name, told[0]));
            }
        }
    }
    assert!(count >= 70, "{count} inputs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Cells of a list come back as they were sent, and what we add to them is no formula, whatever the cells hold.
#[tokio::test]
async fn what_is_wrong_is_told_in_no_formula_and_no_markup() {
    let hub = Hub::open().await;
    let bad = GOOD.replace("2016,35", "=HYPERLINK(\"http://evil.example\"),<script>alert(1)</script>");
    let report = hub.upload("fileName=%3Cimg%20src%3Dx%3E.csv", bad.clone()).await.json();
    let path = format!("/imports/{}/errors", report["id"].as_str().unwrap());
    let seen = hub.send(get_for("a test", &path)).await;
    assert_eq!(seen.header("content-type"), "text/csv; charset=utf-8");
    assert!(!seen.header("content-disposition").contains(['<', '>', '\r', '\n']), "{:?}", seen.headers);
    assert_eq!(seen.header("x-content-type-options"), "nosniff");
    let text = String::from_utf8(seen.body).unwrap();
    let mut added = 0;
    for (before, after) in bad.lines().zip(text.lines()) {
        let more = after.strip_prefix(before).unwrap_or_else(|| panic!("{before}: {after}"));
        let cell = more.trim_start_matches(',').trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{after}");
        added += usize::from(cell.contains(" / "));
    }
    assert!(added > 1, "{text}");
}
