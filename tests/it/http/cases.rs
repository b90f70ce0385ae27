//! Every case under `tests/cases/http`: a request, and what must come back.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use lienthong::http::HttpOptions;
use serde::Deserialize;

use super::{Seen, send, stand_in_router};

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    method: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    /// A body that is no text, in hexadecimal.
    #[serde(default)]
    body_hex: String,
    status: u16,
    content_type: Option<String>,
    /// Whether the answer has the key `data`.
    data: Option<bool>,
    /// Code of the first error.
    code: Option<String>,
    #[serde(default)]
    answer_headers: BTreeMap<String, String>,
    /// Whether the answer has no body.
    #[serde(default)]
    empty: bool,
}

#[tokio::test]
async fn every_case() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/http")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let file: File = toml::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in file.case {
            cases += 1;
            let seen = send(stand_in_router(HttpOptions::default()), case.request()).await;
            wrong.extend(case.differences(&seen).into_iter().map(|what| format!("{}: {what}", case.name)));
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases > 60, "only {cases} cases were found");
}

impl Case {
    fn request(&self) -> Request<Body> {
        let mut request = Request::builder().method(self.method.as_str()).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let hex = (0..self.body_hex.len()).step_by(2);
        let raw: Vec<u8> =
            hex.map(|at| u8::from_str_radix(&self.body_hex[at..at + 2], 16).unwrap()).collect();
        request.body(Body::from(if raw.is_empty() { self.body.clone().into_bytes() } else { raw })).unwrap()
    }

    fn differences(&self, seen: &Seen) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |what: &str, got: String, expected: String| {
            if got != expected {
                wrong.push(format!("{what} is {got:?}, expected {expected:?}"));
            }
        };
        check("status", seen.status.as_u16().to_string(), self.status.to_string());
        if let Some(kind) = &self.content_type {
            check("content-type", seen.header("content-type").to_owned(), kind.clone());
        }
        if let Some(data) = self.data {
            check("data", seen.json().get("data").is_some().to_string(), data.to_string());
        }
        if let Some(code) = &self.code {
            check("code", seen.code(), code.clone());
            let trace_id = &seen.json()["errors"][0]["extensions"]["traceId"];
            check(
                "traceId",
                trace_id.as_str().unwrap_or_default().to_owned(),
                seen.header("x-trace-id").to_owned(),
            );
        }
        for (name, value) in &self.answer_headers {
            check(name, seen.header(name).to_owned(), value.clone());
        }
        if self.empty {
            check("body", String::from_utf8_lossy(&seen.body).into_owned(), String::new());
        }
        for (name, value) in EVERYWHERE {
            check(name, seen.header(name).to_owned(), (*value).to_owned());
        }
        check("x-trace-id's length", seen.header("x-trace-id").len().to_string(), "32".to_owned());
        wrong
    }
}

/// Headers of every answer: what protects, and what would open the hub to pages of other origins.
const EVERYWHERE: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("access-control-allow-origin", ""),
    ("access-control-allow-credentials", ""),
    ("set-cookie", ""),
];
