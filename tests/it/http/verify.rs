//! The page about a code, its JSON, and the picture that leads to it, through the real router.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use lienthong::graph::Engine;
use lienthong::http::{AppState, HttpOptions, router};

use super::{Seen, send};
use crate::harness::TestDatabase;

/// Hubs over one database: without the setting for links, and with it.
struct Hub {
    _database: TestDatabase,
    plain: Router,
    named: Router,
}

async fn hub() -> Hub {
    let database = TestDatabase::create().await;
    sqlx::raw_sql(include_str!("../../cases/verify/data.sql")).execute(&database.pool).await.unwrap();
    let catalog = Arc::new(lienthong::catalog::load_embedded().unwrap());
    let engine = Arc::new(Engine::new(catalog, database.pool.clone()).unwrap());
    let over = |public_url: Option<&str>| {
        let options = HttpOptions { public_url: public_url.map(str::to_owned), ..HttpOptions::default() };
        router(AppState::new(engine.clone(), database.pool.clone(), options))
    };
    let (plain, named) = (over(None), over(Some("https://ocop.example.vn")));
    Hub { _database: database, plain, named }
}

async fn get(router: &Router, path: &str, headers: &[(&str, &str)]) -> Seen {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    send(router.clone(), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn people_get_a_page_and_programs_get_json() {
    let hub = hub().await;
    for path in ["/verify/HC%200801-2024", "/verify?code=hc+0801+2024", "/verify/VN-QNADA-00101"] {
        let seen = get(&hub.plain, path, &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]).await;
        assert_eq!(
            (seen.status.as_u16(), seen.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        let html = String::from_utf8(seen.body.clone()).unwrap();
        assert!(html.starts_with("<!doctype html>\n<html lang=\"vi\">") && html.contains("✔ "), "{html}");
        assert!(html.contains("còn hiệu lực") && html.contains("<label for=\"code\">"), "{html}");
        assert!(!html.contains("<script") && !html.contains("://") && !html.contains("{{"), "{html}");
        let policy = seen.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
        assert!(seen.body.len() < 6000, "{} bytes", seen.body.len());
        let seen = get(&hub.plain, path, &[("accept", "application/json")]).await;
        assert_eq!(
            (seen.status.as_u16(), &seen.json()["outcome"]),
            (200, &"FOUND".into()),
            "{}",
            seen.json()
        );
    }
    // A stroke in the code, encoded or not, and where the page finds its style.
    for (path, root) in [("/verify/77/Q%C4%90-UBND", "../../"), ("/verify/77%2FQ%C4%90-UBND", "../")] {
        let seen = get(&hub.plain, path, &[]).await;
        let html = String::from_utf8(seen.body).unwrap();
        assert!(
            html.contains("đã hết hiệu lực") && html.contains(&format!("href=\"{root}pages/verify.css\"")),
            "{html}"
        );
    }
    let style = get(&hub.plain, "/pages/verify.css", &[]).await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    let form = get(&hub.plain, "/verify", &[]).await;
    assert_eq!(form.status.as_u16(), 200);
    assert!(!String::from_utf8(form.body).unwrap().contains("verdict "));
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_status() {
    let hub = hub().await;
    let long = format!("/verify/{}", "A".repeat(101));
    for (path, status, words) in [
        ("/verify/KHONG-CO", 404, "Không có mã này"),
        ("/verify/HC%20O8O1-2024", 404, "mã gần giống"),
        ("/verify/049180001234", 422, "mã số cá nhân"),
        ("/verify?code=0905+123+456", 422, "số điện thoại"),
        (&long, 422, "tối đa 100"),
        ("/verify/%FF", 400, "UTF-8"),
        ("/verify/77%2FQ%C4%90-UBND?year=abc", 400, "nhận một năm"),
        ("/verify/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404, "Không có mã này"),
    ] {
        let seen = get(&hub.plain, path, &[]).await;
        let html = String::from_utf8(seen.body).unwrap();
        assert_eq!(seen.status.as_u16(), status, "{path}: {html}");
        assert!(html.contains(words) && !html.contains("<script"), "{path}: {html}");
        let seen = get(&hub.plain, path, &[("accept", "application/json")]).await;
        assert_eq!(seen.status.as_u16(), status, "{path}");
        assert!(seen.json().is_object(), "{path}");
    }
    // No name of a household's owner in full, nor a personal code, wherever it is asked from.
    for path in ["/verify/78%2FQD-UBND", "/verify/VN-QNADA-00102", "/verify/VG-9"] {
        for accept in ["text/html", "application/json"] {
            let seen = get(&hub.plain, path, &[("accept", accept)]).await;
            let body = String::from_utf8(seen.body).unwrap();
            assert!(!body.contains("Nguyễn Thị Bưởi") && !body.contains("049180001234"), "{body}");
        }
    }
}

#[tokio::test]
async fn pictures_lead_to_the_page_and_to_no_other_host() {
    let hub = hub().await;
    let host = [("host", "127.0.0.1:8080")];
    let seen = get(&hub.plain, "/qr/VN-QNADA-00101", &host).await;
    assert_eq!((seen.status.as_u16(), seen.header("content-type")), (200, "image/svg+xml; charset=utf-8"));
    assert_eq!(seen.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(seen.header("cache-control"), "no-store");
    let of_setting = get(&hub.named, "/qr/VN-QNADA-00101", &host).await;
    let evil = get(&hub.named, "/qr/VN-QNADA-00101", &[("host", "evil.example")]).await;
    assert!(of_setting.body == evil.body && of_setting.body != seen.body, "the setting alone counts");
    for (path, header, status, code) in [
        ("/qr/VN-QNADA-00101", "a/b", 400, "HOST_INVALID"),
        ("/qr/VN-QNADA-00101", "u@h", 400, "HOST_INVALID"),
        ("/qr/KHONG-CO", "localhost", 404, "NOT_FOUND"),
        ("/qr/049180001234", "localhost", 422, "CODE_PERSONAL"),
        ("/qr/%FF", "localhost", 400, "INVALID_UTF8"),
    ] {
        let seen = get(&hub.plain, path, &[("host", header)]).await;
        assert_eq!((seen.status.as_u16(), seen.code().as_str()), (status, code), "{path} {header}");
    }
    let uuid: uuid::Uuid = "01900000-0000-7000-8000-00000000b101".parse().unwrap();
    let product = lienthong::store::id::encode("product", uuid);
    let seen = get(&hub.plain, &format!("/qr/{product}"), &host).await;
    assert_eq!(seen.status.as_u16(), 200, "a product by its id");
}
