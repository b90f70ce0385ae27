//! Searching: a document and the answer it must get, as files; and that both ways of folding letters agree.

use std::path::PathBuf;
use std::sync::Arc;

use lienthong::catalog::{Catalog, load_embedded};
use lienthong::graph::{Engine, Request};
use lienthong::merge::publish_documents;
use serde_json::Value;

use crate::harness::TestDatabase;

/// Set to write the answers in the place of comparing them; read the difference before committing it.
const REWRITE: Option<&str> = option_env!("REWRITE_CASES");

async fn engine() -> (TestDatabase, Engine, Arc<Catalog>) {
    let database = TestDatabase::create().await;
    let data = include_str!("../cases/graph/data.sql");
    sqlx::raw_sql(data).execute(&database.pool).await.expect("the cases' rows");
    let catalog = Arc::new(load_embedded().expect("a catalog"));
    publish_documents(&database.pool, &catalog).await.expect("documents");
    let engine = Engine::new(Arc::clone(&catalog), database.pool.clone()).expect("an engine");
    (database, engine, catalog)
}

fn data(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    text.split_once("\"data\":").map(|(_, data)| data.to_owned()).expect("data")
}

#[tokio::test]
async fn every_case_gets_its_answer_by_both_roads() {
    let (_database, engine, _) = engine().await;
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/search");
    let files = std::fs::read_dir(dir).expect("cases").map(|entry| entry.expect("a case").path());
    let files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|e| e == "graphql")).collect();
    assert!(files.len() >= 10, "{} cases", files.len());
    for path in files {
        let query = std::fs::read_to_string(&path).expect("a document");
        let request = Request { query, ..crate::harness::asked() };
        let compiled = engine.execute(request.clone()).await.body;
        let answer: Value = serde_json::from_slice(&compiled).expect("JSON");
        let expected = path.with_extension("json");
        if REWRITE.is_some() {
            let text = serde_json::to_string_pretty(&answer).expect("JSON") + "\n";
            std::fs::write(&expected, text).expect("written");
            continue;
        }
        let text = std::fs::read_to_string(&expected).expect("an expected answer");
        assert_eq!(answer, serde_json::from_str::<Value>(&text).expect("JSON"), "{}", path.display());
        if answer["errors"].is_null() {
            let executed = engine.execute_by_executor(request).await.body;
            assert_eq!(data(&compiled), data(&executed), "{}", path.display());
        }
    }
}

/// Whatever a title is made of, its own words find it.
#[tokio::test]
async fn every_title_is_found_by_its_own_words() {
    let (database, engine, _) = engine().await;
    let titles: Vec<String> = sqlx::query_scalar(
        "select title from search_document where entity <> 'AdminUnit' or md5(id::text) like '00%' order by title",
    )
    .fetch_all(&database.pool)
    .await
    .expect("titles");
    assert!(titles.len() > 50, "{} titles", titles.len());
    for title in titles {
        let query = "query($text: String!) { search(text: $text, first: 100) { relaxed hits { title } } }";
        let variables = serde_json::json!({ "text": title }).as_object().cloned().expect("an object");
        let request = Request { query: query.to_owned(), variables, ..crate::harness::asked() };
        let answer: Value = serde_json::from_slice(&engine.execute(request).await.body).expect("JSON");
        let found = &answer["data"]["search"];
        let hits = found["hits"].as_array().expect("hits");
        assert!(hits.iter().any(|hit| hit["title"] == title.as_str()), "{title}: {answer}");
        assert_eq!(found["relaxed"], false, "{title}");
    }
}

/// Documents follow what they are made of, and made again they are the same.
#[tokio::test]
async fn documents_made_again_are_the_same() {
    let (database, _, catalog) = engine().await;
    let all = "select md5(string_agg(d::text, '|' order by d.id)) from search_document d";
    let before: String = sqlx::query_scalar(all).fetch_one(&database.pool).await.expect("a hash");
    for change in ["update search_document set title = 'x'", "delete from search_document"] {
        sqlx::raw_sql(change).execute(&database.pool).await.expect("changed");
        sqlx::raw_sql("delete from search_state").execute(&database.pool).await.expect("forgotten");
        publish_documents(&database.pool, &catalog).await.expect("documents");
        let after: String = sqlx::query_scalar(all).fetch_one(&database.pool).await.expect("a hash");
        assert_eq!(before, after, "{change}");
    }
}
