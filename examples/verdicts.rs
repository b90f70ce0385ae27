//! Judges GraphQL documents by a schema, for comparison with other judges (`tests/clients/differ.mjs`).
//!
//! ```text
//! cargo run --example verdicts -- SCHEMA.graphql < documents.jsonl > verdicts.jsonl
//! ```
//!
//! A line in is `{"query": …, "variables": …}`, a line out `{"verdict": "valid" | "syntax" | "invalid", "told": […]}`.

#![expect(clippy::expect_used, reason = "what cannot go on says so by panicking")]

use std::io::{BufRead, Write};

use lienthong::graph::{Documents, Verdict};
use serde_json::{Value, json};

fn main() {
    let path = std::env::args().nth(1).expect("the schema's file");
    let documents = Documents::new(&std::fs::read_to_string(path).expect("a schema")).expect("a schema");
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let mut asked: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let variables = match asked["variables"].take() {
            Value::Object(variables) => Some(variables),
            _ => None,
        };
        let query = asked["query"].as_str().unwrap_or_default();
        let (verdict, told) = match documents.verdict(query, variables) {
            Verdict::Valid => ("valid", Vec::new()),
            Verdict::Syntax(told) => ("syntax", told),
            Verdict::Invalid(told) => ("invalid", told),
        };
        writeln!(out, "{}", json!({ "verdict": verdict, "told": told })).expect("written");
    }
}
