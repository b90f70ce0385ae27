//! Which document a request means: the one it holds, one by its id, or one by its hash (automatic persisted
//! queries); and whether it may be sent at all.

use std::sync::Arc;

use axum::http::StatusCode;

use super::params::Params;
use super::refusal::Refusal;
use crate::access::{Caller, Subject};
use crate::error::Fault;
use crate::graph::{Trust, Trusted};

/// The text of the document.
pub(super) fn resolve(trusted: &Trusted, params: &mut Params, caller: &Caller) -> Result<String, Refusal> {
    let (query, mode) = (std::mem::take(&mut params.query), trusted.mode(caller.role));
    if let Some(id) = &params.document_id {
        return trusted.get(id).map(owned).ok_or_else(|| unknown(id));
    }
    let Some(hash) = &params.hash else {
        return match query {
            Some(query) => checked(trusted, query, mode, caller),
            None => Err(super::turned_away::malformed(super::params::no_query())),
        };
    };
    match query {
        Some(query) => {
            let query = checked(trusted, query, mode, caller)?;
            // Whoever is held to known documents needs no others kept.
            match mode == Trust::Enforce || trusted.keep(hash, &query) {
                true => Ok(query),
                false => Err(mismatch()),
            }
        }
        None if mode == Trust::Enforce => trusted.get(hash).map(owned).ok_or_else(not_supported),
        None => trusted.get(hash).or_else(|| trusted.kept(hash)).map(owned).ok_or_else(not_found),
    }
}

fn owned(text: Arc<str>) -> String {
    text.as_ref().to_owned()
}

fn checked(trusted: &Trusted, query: String, mode: Trust, caller: &Caller) -> Result<String, Refusal> {
    if mode == Trust::Off || trusted.knows(&query) {
        return Ok(query);
    }
    if mode == Trust::Enforce {
        return Err(not_trusted());
    }
    tracing::warn!(
        caller = %Subject::of(caller),
        role = caller.role.name(),
        hash = crate::graph::document_hash(&query),
        "a document of no known client"
    );
    Ok(query)
}

fn unknown(id: &str) -> Refusal {
    let id: String = id.chars().take(100).collect();
    let fault = Fault::new(
        "DOCUMENT_UNKNOWN",
        format!("No document has the id `{id}`: deploy the client's manifest to the hub first."),
        format!("Không có tài liệu nào mang mã `{id}`: hãy đưa manifest của ứng dụng lên hệ thống trước."),
    );
    Refusal::new(StatusCode::NOT_FOUND, fault)
}

fn not_trusted() -> Refusal {
    let fault = Fault::new(
        "DOCUMENT_NOT_TRUSTED",
        "This hub answers documents of known clients alone; send one of theirs, by its text or its id.",
        "Hệ thống chỉ trả lời các tài liệu đã đăng ký; hãy gửi một tài liệu như vậy, theo nội dung hoặc theo mã.",
    );
    Refusal::new(StatusCode::FORBIDDEN, fault)
}

/// Clients know it by these words, and send the text next.
fn not_found() -> Refusal {
    let fault = Fault::new(
        "PERSISTED_QUERY_NOT_FOUND",
        "PersistedQueryNotFound",
        "Chưa lưu tài liệu nào có mã băm này; hãy gửi kèm nội dung tài liệu.",
    );
    Refusal::new(StatusCode::NOT_FOUND, fault)
}

/// Clients know it by these words, and send texts alone from then on.
fn not_supported() -> Refusal {
    let fault = Fault::new(
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "PersistedQueryNotSupported",
        "Hệ thống không lưu tài liệu mới; chỉ nhận tài liệu đã đăng ký.",
    );
    Refusal::new(StatusCode::FORBIDDEN, fault)
}

fn mismatch() -> Refusal {
    let fault = Fault::new(
        "PERSISTED_QUERY_HASH_MISMATCH",
        "provided sha does not match query",
        "sha256Hash không phải là mã băm SHA-256 của tài liệu gửi kèm.",
    );
    Refusal::new(StatusCode::BAD_REQUEST, fault)
}
