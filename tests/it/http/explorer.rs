//! The explorer's page and files, and the published schema.

use axum::body::Body;
use axum::http::Request;
use lienthong::http::HttpOptions;
use regex::Regex;
use sha2::{Digest, Sha256};

use super::{get, send, stand_in_router};

#[tokio::test]
async fn every_file_of_the_page_is_served_from_here() {
    let page = get("/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let html = String::from_utf8(page.body).unwrap();
    assert!(!html.contains("{{"), "a file of the page is not known: {html}");
    assert!(!html.contains("://") && !html.contains("=\"//"), "the page names another host");
    let assets: Vec<&str> = Regex::new("\"(explorer/[^\"]+)\"")
        .unwrap()
        .captures_iter(&html)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    assert!(assets.len() >= 8, "{assets:?}");
    for asset in assets {
        let seen = get(&format!("/{asset}")).await;
        assert_eq!(seen.status.as_u16(), 200, "{asset}");
        assert_eq!(seen.header("cache-control"), "public, max-age=31536000, immutable", "{asset}");
        assert!(!seen.body.is_empty());
    }
}

#[tokio::test]
async fn the_page_may_load_nothing_from_elsewhere() {
    let seen = get("/").await;
    let policy = seen.header("content-security-policy");
    for wanted in ["default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(wanted), "{policy}");
    }
    assert!(!policy.contains("http") && !policy.contains('*') && !policy.contains("unsafe-eval"), "{policy}");
    let answer = get("/graphql?query=%7Bhello%7D").await;
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
}

#[tokio::test]
async fn an_unknown_fingerprint_is_not_kept_for_good() {
    let seen = get("/explorer/page.js?v=0").await;
    assert_eq!((seen.status.as_u16(), seen.header("cache-control")), (200, "no-cache"));
}

#[tokio::test]
async fn what_the_caller_has_is_not_sent_again() {
    for path in ["/", "/schema.graphql", "/explorer/page.css"] {
        let first = get(path).await;
        let again =
            Request::get(path).header("if-none-match", first.header("etag")).body(Body::empty()).unwrap();
        let again = send(stand_in_router(HttpOptions::default()), again).await;
        assert_eq!(again.status.as_u16(), 304, "{path}");
        assert!(again.body.is_empty() && again.header("etag") == first.header("etag"));
    }
}

#[tokio::test]
async fn the_schema_is_text() {
    let seen = get("/schema.graphql").await;
    assert_eq!(seen.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(seen.body, b"type Query { hello: String }\n");
}

#[test]
fn vendored_files_are_those_the_readme_names() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/explorer/vendor");
    let readme = std::fs::read_to_string(format!("{dir}/README.md")).unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".js") || name.ends_with(".css") {
            files += 1;
            let digest = Sha256::digest(std::fs::read(&path).unwrap());
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            let row = readme.lines().find(|line| line.starts_with(&format!("| `{name}`")));
            assert!(row.is_some_and(|row| row.contains(&hex)), "{name} is not the file the table names");
        }
    }
    assert_eq!(files, 4);
}
