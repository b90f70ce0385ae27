//! The questions in `docs/` (`querying.md`, `indicators.md`, `supply.md`): their queries run, their answers are what
//! comes back, their limits are those of the code.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use lienthong::catalog::load_embedded;
use lienthong::graph::{Engine, Request, limits};
use lienthong::merge::publish_documents;
use serde_json::Value;

use crate::harness::TestDatabase;

/// Set to write the answers in the place of comparing them; read the difference before committing it.
const REWRITE: Option<&str> = option_env!("REWRITE_CASES");

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/querying.md");
const SUPPLY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/supply.md");
const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/indicators.md");

/// The block behind ```` ```kind ```` in a section; and where it stands.
pub fn block<'t>(section: &'t str, kind: &str) -> Option<(usize, &'t str)> {
    let open = format!("```{kind}\n");
    let start = section.find(&open)? + open.len();
    let end = start + section[start..].find("```")?;
    Some((start, &section[start..end]))
}

#[tokio::test]
async fn every_question_gets_its_answer() {
    let (_database, engine) = engine_over(include_str!("../cases/graph/data.sql")).await;
    assert!(answers(&engine, PATH, with_limits).await >= 15);
}

#[tokio::test]
async fn every_question_of_buyers_gets_its_answer() {
    let (_database, engine) = crate::supply::engine(include_str!("../cases/supply/data.sql")).await;
    assert!(answers(&engine, SUPPLY, str::to_owned).await >= 4);
}

#[tokio::test]
async fn every_question_about_figures_gets_its_answer() {
    let (_database, engine, _) = crate::indicators::engine().await;
    assert!(answers(&engine, FIGURES, str::to_owned).await >= 7);
}

async fn engine_over(data: &'static str) -> (TestDatabase, Engine) {
    let database = TestDatabase::create().await;
    sqlx::raw_sql(data).execute(&database.pool).await.unwrap();
    let catalog = Arc::new(load_embedded().unwrap());
    publish_documents(&database.pool, &catalog).await.unwrap();
    let engine = Engine::new(catalog, database.pool.clone()).unwrap();
    (database, engine)
}

/// Runs the questions of a file; says how many got the answers that stand behind them.
async fn answers(engine: &Engine, path: &str, finish: fn(&str) -> String) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let mut written = String::new();
    let mut questions = 0;
    for section in text.split_inclusive("\n## ") {
        let title = section.lines().next().unwrap_or_default();
        let Some((_, query)) = block(section, "graphql") else {
            written += section;
            continue;
        };
        questions += 1;
        let variables = block(section, "json variables").map(|(_, json)| serde_json::from_str(json).unwrap());
        let request = Request {
            query: query.to_owned(),
            variables: variables.unwrap_or_default(),
            ..crate::harness::asked()
        };
        let body = String::from_utf8(engine.execute(request).await.body).unwrap();
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert!(!body.contains("INTERNAL_SERVER_ERROR"), "{title}: {body}");
        let (at, expected) = block(section, "json answer").unwrap_or_else(|| panic!("{title}: no answer"));
        if REWRITE.is_some() {
            let pretty = laid_out(&mut body.chars().peekable(), 0) + "\n";
            written += &section[..at];
            written += &pretty;
            written += &section[at + expected.len()..];
            continue;
        }
        let expected: Value =
            serde_json::from_str(expected).unwrap_or_else(|error| panic!("{title}: {error}"));
        assert_eq!(answer, expected, "{title}");
    }
    if REWRITE.is_some() {
        std::fs::write(path, finish(&written)).unwrap();
    }
    questions
}

/// JSON with its members in their order, on one line where they fit.
pub fn laid_out(json: &mut Peekable<Chars>, indent: usize) -> String {
    const WIDTH: usize = 100;
    match json.next().unwrap() {
        open @ ('{' | '[') => {
            let close = if open == '{' { '}' } else { ']' };
            let mut members = Vec::new();
            while json.peek() != Some(&close) {
                let mut member = laid_out(json, indent + 2);
                if open == '{' {
                    assert_eq!(json.next(), Some(':'));
                    member += ": ";
                    member += &laid_out(json, indent + 2);
                }
                members.push(member);
                json.next_if_eq(&',');
            }
            json.next();
            let line = match open {
                '{' => format!("{{ {} }}", members.join(", ")),
                _ => format!("[{}]", members.join(", ")),
            };
            if members.is_empty() {
                return format!("{open}{close}");
            }
            if line.chars().count() + indent <= WIDTH && !line.contains('\n') {
                return line;
            }
            let inner = " ".repeat(indent + 2);
            let members: Vec<_> = members.into_iter().map(|member| format!("{inner}{member}")).collect();
            format!("{open}\n{}\n{}{close}", members.join(",\n"), " ".repeat(indent))
        }
        '"' => {
            let mut text = "\"".to_owned();
            loop {
                let letter = json.next().unwrap();
                text.push(letter);
                match letter {
                    '\\' => text.push(json.next().unwrap()),
                    '"' => return text,
                    _ => {}
                }
            }
        }
        first => {
            let mut word = first.to_string();
            while let Some(letter) = json.next_if(|letter| !",]}".contains(*letter)) {
                word.push(letter);
            }
            word
        }
    }
}

fn with_limits(text: &str) -> String {
    let (before, rest) = text.split_once("<!-- limits -->").unwrap();
    let (_, after) = rest.split_once("<!-- /limits -->").unwrap();
    format!("{before}<!-- limits -->\n{}\n<!-- /limits -->{after}", limits::told(&Default::default()))
}

#[test]
fn the_limits_are_those_of_the_code() {
    let text = std::fs::read_to_string(PATH).unwrap();
    assert!(text == with_limits(&text), "write them anew: REWRITE_CASES=1 cargo test cookbook");
    let schema = include_str!("../../schema/published.graphql");
    assert!(
        limits::told(&Default::default()).lines().all(|line| schema.contains(line)),
        "the schema tells other limits"
    );
}
