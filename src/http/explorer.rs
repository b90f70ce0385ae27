//! The page people explore the graph with: GraphiQL and our frame around it, all of it in the binary, so that
//! it works without internet. Nothing is loaded from another host, and the policy below forbids it.

use std::sync::LazyLock;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::response::Response;

use super::trace::Trace;
use super::turned_away;
use super::validator::Validator;

/// What the page may load: our own files. The editor writes inline styles; fonts come inside the style sheet.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// A file of the page.
struct Asset {
    name: &'static str,
    content: Bytes,
    content_type: &'static str,
    validator: Validator,
}

macro_rules! asset {
    ($name:literal, $path:literal, $content_type:expr) => {
        Asset::new($name, include_bytes!(concat!("explorer/", $path)), $content_type)
    };
}

static ASSETS: LazyLock<[Asset; 8]> = LazyLock::new(|| {
    [
        asset!("graphiql.min.js", "vendor/graphiql.min.js", SCRIPT),
        asset!("graphiql.min.css", "vendor/graphiql.min.css", STYLE),
        asset!("react.production.min.js", "vendor/react.production.min.js", SCRIPT),
        asset!("react-dom.production.min.js", "vendor/react-dom.production.min.js", SCRIPT),
        asset!("page.js", "page.js", SCRIPT),
        asset!("page.css", "page.css", STYLE),
        asset!("icon.svg", "icon.svg", "image/svg+xml"),
        asset!("first_query.graphql", "first_query.graphql", "text/plain; charset=utf-8"),
    ]
});

static PAGE: LazyLock<(Bytes, Validator)> = LazyLock::new(|| {
    let mut html = include_str!("explorer/page.html").to_owned();
    for asset in ASSETS.iter() {
        let address = format!("explorer/{}?v={}", asset.name, asset.validator.hex());
        html = html.replace(&format!("{{{{{}}}}}", asset.name), &address);
    }
    let html = Bytes::from(html);
    let validator = Validator::of(&html);
    (html, validator)
});

impl Asset {
    fn new(name: &'static str, content: &'static [u8], content_type: &'static str) -> Self {
        Self { name, content: Bytes::from_static(content), content_type, validator: Validator::of(content) }
    }
}

/// `GET /`: the page.
pub(super) async fn page(headers: HeaderMap) -> Response {
    let (html, validator) = &*PAGE;
    validator.respond(&headers, html.clone(), HTML, "no-cache")
}

/// `GET /explorer/{name}?v={fingerprint}`: a file of the page, kept for good under its fingerprint.
pub(super) async fn asset(
    name: Result<Path<String>, PathRejection>,
    RawQuery(version): RawQuery,
    headers: HeaderMap,
    trace: Extension<Trace>,
) -> Response {
    let of_name = |name: &Path<String>| ASSETS.iter().find(|asset| asset.name == name.0);
    let Some(asset) = name.ok().as_ref().and_then(of_name) else {
        return turned_away::not_found(trace).await;
    };
    let exact = version.as_deref().and_then(|query| query.strip_prefix("v=")) == Some(asset.validator.hex());
    let cache = if exact { "public, max-age=31536000, immutable" } else { "no-cache" };
    asset.validator.respond(&headers, asset.content.clone(), asset.content_type, cache)
}
