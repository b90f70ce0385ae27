//! The questions of `tests/cases/answers`: each is put to the graph over all files of the demo, its answer and its
//! published figures are those of its file, and `docs/answers.md` says the same. Knows no question.

mod case;
mod page;
mod path;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use case::{Case, Standing};
use lienthong::catalog::Catalog;
use lienthong::graph::{Engine, Request};
use serde_json::Value;
use sqlx::PgPool;

/// Set to write answers, computed figures and the page in the place of comparing them.
const REWRITE: Option<&str> = option_env!("REWRITE_CASES");

/// Rows of the acceptance list, each with a file.
const ROWS: usize = 106;
/// Published figures, each in one file at least.
const FIGURES: usize = 67;

fn root(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

fn cases() -> Vec<Case> {
    let files = std::fs::read_dir(root("tests/cases/answers")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|is| is == "md"));
    let mut cases: Vec<Case> = files.map(Case::read).collect();
    cases.sort_by_key(|case| (case.name.chars().next(), case.name.len(), case.name.clone()));
    cases
}

/// Asks everything of a database that holds the demo's files; its caller has imported them.
pub async fn are_those_of_the_cases(pool: &PgPool, catalog: &Arc<Catalog>) {
    let engine = Engine::new(Arc::clone(catalog), pool.clone()).unwrap();
    let mut wrong = Vec::new();
    let mut cases = cases();
    for case in &mut cases {
        let request = Request { query: case.query().to_owned(), ..crate::harness::asked() };
        let body = String::from_utf8(engine.execute(request).await.body).unwrap();
        let answer: Value = serde_json::from_str(&body).unwrap();
        if answer.get("errors").is_some() {
            wrong.push(format!("{}: {body}", case.name));
        } else if REWRITE.is_some() {
            case.write(&body);
        } else if answer != case.answer() {
            wrong.push(format!("{}: another answer: {body}", case.name));
        }
    }
    if REWRITE.is_some() {
        std::fs::write(root("docs/answers.md"), page::of(&cases)).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a file says of its figures follows from its answer; reasons stand where something differs, and only there.
#[test]
fn figures_are_those_of_the_answers() {
    let wrong: Vec<String> = cases().iter().flat_map(Case::mistakes).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_and_every_figure_has_its_place() {
    let cases = cases();
    let rows: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let missing: Vec<String> =
        (1..=ROWS).map(|n| format!("A{n:02}")).filter(|row| !rows.contains(row.as_str())).collect();
    assert!(missing.is_empty(), "no file for {missing:?}");
    let figures: BTreeSet<&str> =
        cases.iter().flat_map(|case| &case.figures).filter_map(case::Figure::published_id).collect();
    assert_eq!(figures.len(), FIGURES, "{figures:?}");
    for standing in [Standing::Right, Standing::Differs, Standing::NoData] {
        assert!(cases.iter().any(|case| case.standing() == standing), "no case is {standing:?}");
    }
}

#[test]
fn the_page_is_current() {
    let text = std::fs::read_to_string(root("docs/answers.md")).unwrap();
    assert!(text == page::of(&cases()), "write it anew: REWRITE_CASES=1 cargo test all_files_of_the_demo");
}
