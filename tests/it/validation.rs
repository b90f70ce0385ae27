//! Validation agrees with graphql-js: documents of `tests/cases/validation`, and its verdicts beside them
//! (`node verdicts.mjs` in tests/clients writes them).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use lienthong::graph::{Documents, Engine, Outcome, Request, Verdict};
use serde::Deserialize;

/// graphql-js's verdict: a word, or the rules that are broken.
#[derive(Deserialize)]
#[serde(untagged)]
enum Judged {
    Word(String),
    Rules(Vec<String>),
}

type Verdicts = BTreeMap<String, BTreeMap<String, Judged>>;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Syntax(_) => "syntax",
        Verdict::Invalid(_) => "invalid",
    }
}

fn check(folder: &str, documents: &Documents) -> usize {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/validation").join(folder);
    let verdicts: Verdicts = serde_json::from_str(&read(&dir.join("verdicts.json"))).unwrap();
    let (mut count, mut wrong) = (0, Vec::new());
    for (file, judged) in verdicts {
        let text = read(&dir.join(format!("{file}.graphql")));
        let parts = format!("\n{text}");
        let parts: Vec<&str> = parts.split("\n### ").skip(1).collect();
        assert_eq!(parts.len(), judged.len(), "{folder}/{file}: run node verdicts.mjs in tests/clients");
        for part in parts {
            let (name, query) = part.split_once('\n').unwrap();
            let variables = query.lines().find_map(|line| line.strip_prefix("# variables: "));
            let variables = variables.map(|json| serde_json::from_str(json).unwrap());
            let (expected, why) = match &judged[name] {
                Judged::Word(word) => (word.as_str(), String::new()),
                Judged::Rules(rules) => ("invalid", rules.join(", ")),
            };
            let ours = documents.verdict(query, variables);
            if word(&ours) != expected {
                wrong.push(format!("{folder}/{file}, {name}: {ours:?}; graphql-js: {expected} {why}"));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {count} judged otherwise:\n{}", wrong.len(), wrong.join("\n"));
    count
}

#[test]
fn of_a_schema_with_every_kind_of_type() {
    let documents = Documents::new(include_str!("../cases/validation/farm/schema.graphql")).unwrap();
    assert!(check("farm", &documents) > 600);
}

#[test]
fn of_the_published_schema() {
    let documents = Documents::new(include_str!("../../schema/published.graphql")).unwrap();
    assert!(check("published", &documents) > 30);
}

/// Whatever is refused: errors with codes and places, and no `data`.
#[tokio::test]
async fn a_refusal_has_no_data() {
    let catalog = std::sync::Arc::new(lienthong::catalog::load_embedded().unwrap());
    let nowhere = sqlx::PgPool::connect_lazy("postgres://nowhere.invalid/none").unwrap();
    let engine = Engine::new(catalog, nowhere).unwrap();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/validation");
    let mut refused = 0;
    for folder in ["farm", "published"] {
        let verdicts: Verdicts =
            serde_json::from_str(&read(&dir.join(folder).join("verdicts.json"))).unwrap();
        for (file, judged) in verdicts {
            let text = format!("\n{}", read(&dir.join(folder).join(format!("{file}.graphql"))));
            for (name, query) in text.split("\n### ").skip(1).filter_map(|part| part.split_once('\n')) {
                // Of the farm nothing holds here, save what asks for no field of it.
                let valid = matches!(&judged[name], Judged::Word(word) if word == "valid");
                if valid && (folder == "published" || !query.contains("duck")) {
                    continue;
                }
                let answer =
                    engine.execute(Request { query: query.to_owned(), ..crate::harness::asked() }).await;
                let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                let place = format!("{folder}/{file}, {name}: {json}");
                assert!(matches!(answer.outcome, Outcome::Refused(_)), "{place}");
                assert!(json.get("data").is_none() && json.as_object().unwrap().len() == 1, "{place}");
                let errors = json["errors"].as_array().unwrap();
                assert!(!errors.is_empty() && errors.len() <= 20, "{place}");
                for error in errors {
                    assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{place}");
                    assert!(error["extensions"]["code"].is_string(), "{place}");
                    assert!(error["extensions"]["messageVi"].is_string(), "{place}");
                    let at = &error["locations"];
                    assert!(at.is_null() || at[0]["line"].as_u64().is_some_and(|line| line > 0), "{place}");
                }
                refused += 1;
            }
        }
    }
    assert!(refused > 500, "{refused}");
}

/// Where graphql-js 16 lets pass what the specification refuses, and would fail or guess at execution.
#[test]
fn the_specification_counts_where_graphql_js_lets_pass() {
    let documents = Documents::new(include_str!("../cases/validation/farm/schema.graphql")).unwrap();
    for document in [
        // No finite Float.
        "{ arguments { float(value: 1e400) } }",
        // A variable that may be null, for the only field of a @oneOf within a list.
        "query Q($a: Int) { arguments { choices(value: [{number: $a}]) } }",
        // A condition on the root of a subscription.
        "subscription S { hatched @skip(if: false) { eggs } }",
    ] {
        assert_eq!(word(&documents.verdict(document, None)), "invalid", "{document}");
    }
}

#[test]
fn the_verdicts_are_current() {
    let clients = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
    if !Path::new(clients).join("node_modules/graphql").exists() {
        eprintln!("skipped: run `npm ci` in tests/clients");
        return;
    }
    let checked =
        Command::new("node").args(["verdicts.mjs", "--check"]).current_dir(clients).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}
