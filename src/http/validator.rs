//! Strong fingerprints and conditional requests (RFC 9110, section 13), for what changes only with a release.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};

use crate::store::id::hexadecimal;

/// Fingerprint of some content.
#[derive(Debug, Clone)]
pub(super) struct Validator {
    hex: String,
    etag: HeaderValue,
}

impl Validator {
    /// The fingerprint of `content`: 16 hexadecimal digits of its SHA-256.
    pub(super) fn of(content: &[u8]) -> Self {
        let hex = hexadecimal(&Sha256::digest(content)[..8]);
        // Weak: compression changes the bytes on the way, not what they say.
        let etag =
            HeaderValue::from_str(&format!("W/\"{hex}\"")).unwrap_or(HeaderValue::from_static("W/\"\""));
        Self { hex, etag }
    }

    /// The fingerprint's digits.
    pub(super) fn hex(&self) -> &str {
        &self.hex
    }

    /// Whether the caller already has this content.
    fn matches(&self, headers: &HeaderMap) -> bool {
        let tag = self.hex.as_str();
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|list| {
            list.split(',')
                .map(str::trim)
                .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one).trim_matches('"') == tag)
        })
    }

    /// The content, or 304 when the caller has it.
    pub(super) fn respond(
        &self,
        asked: &HeaderMap,
        content: Bytes,
        content_type: &'static str,
        cache_control: &'static str,
    ) -> Response {
        let known = self.matches(asked);
        let mut response = Response::new(if known { Body::empty() } else { Body::from(content) });
        let headers: [(HeaderName, HeaderValue); 2] = [
            (header::ETAG, self.etag.clone()),
            (header::CACHE_CONTROL, HeaderValue::from_static(cache_control)),
        ];
        response.headers_mut().extend(headers);
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        response
    }
}
