//! Pages of other origins, and what browsers are told of HTTPS.

use axum::body::Body;
use axum::http::Request;
use lienthong::http::HttpOptions;

use super::{post, send, stand_in_router};

fn options() -> HttpOptions {
    HttpOptions { cors_origins: vec!["https://shop.example.vn".to_owned()], ..HttpOptions::default() }
}

fn preflight(origin: &str) -> Request<Body> {
    let request = Request::options("/graphql").header("origin", origin);
    request.header("access-control-request-method", "POST").body(Body::empty()).unwrap()
}

#[tokio::test]
async fn pages_of_named_origins_may_read_and_no_others() {
    for (origin, allowed) in [
        ("https://shop.example.vn", "https://shop.example.vn"),
        ("https://shop.example.vn.evil.example", ""),
        ("http://shop.example.vn", ""),
        ("null", ""),
    ] {
        for mut request in [post("{ hello }"), preflight(origin)] {
            request.headers_mut().insert("origin", origin.parse().unwrap());
            let seen = send(stand_in_router(options()), request).await;
            assert_eq!(seen.header("access-control-allow-origin"), allowed, "{origin}");
            assert_eq!(seen.header("access-control-allow-credentials"), "", "{origin}");
            let varies = seen.headers.get_all("vary").iter().any(|value| value == "origin");
            assert!(varies, "{origin}: a cache would give one origin's answer to another");
        }
    }
    let asked = send(stand_in_router(options()), preflight("https://shop.example.vn")).await;
    assert_eq!(asked.status.as_u16(), 204);
    assert!(asked.header("access-control-allow-headers").contains("authorization"));
    let closed = send(stand_in_router(HttpOptions::default()), preflight("https://shop.example.vn")).await;
    assert_eq!(closed.header("access-control-allow-origin"), "");
    assert_eq!(closed.header("access-control-allow-methods"), "");
}

#[tokio::test]
async fn https_alone_where_the_public_address_is_one() {
    for (url, expected) in [
        (Some("https://ocop.example.vn"), "max-age=31536000"),
        (Some("http://ocop.example.vn"), ""),
        (None, ""),
    ] {
        let options = HttpOptions { public_url: url.map(str::to_owned), ..HttpOptions::default() };
        let seen = send(stand_in_router(options), post("{ hello }")).await;
        assert_eq!(seen.header("strict-transport-security"), expected, "{url:?}");
    }
}
