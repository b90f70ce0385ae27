//! Responses as bytes, and the words for what is refused before it runs.

use apollo_compiler::request::RequestError;

use super::answer::{Coded, Refusal, Request};
use super::engine::Refused;
use super::limits;
use super::run::Written;

/// A refusal with one error.
pub(super) fn one(refusal: Refusal, error: &Coded, request: &Request) -> Refused {
    if let Some(cause) = &error.cause {
        tracing::error!(code = error.code, cause, "request refused by a fault of ours");
    }
    Refused { refusal, errors: vec![error.to_json(None, &request.trace_id)] }
}

/// What a mistake found while planning means for the request.
pub(super) fn kind(error: &Coded) -> Refusal {
    match error.code {
        "FORBIDDEN" => Refusal::Forbidden,
        "UNAUTHENTICATED" => Refusal::Unauthenticated,
        _ => Refusal::Invalid,
    }
}

/// `{"data":…}` or `{"data":…,"errors":[…]}`.
pub(super) fn executed(written: &Written) -> Vec<u8> {
    let mut body = Vec::with_capacity(written.data.len() + 16);
    if !written.errors.is_empty() {
        body.extend_from_slice(b"{\"errors\":");
        let _ = serde_json::to_writer(&mut body, &written.errors);
        body.extend_from_slice(b",\"data\":");
    } else {
        body.extend_from_slice(b"{\"data\":");
    }
    body.extend_from_slice(&written.data);
    body.push(b'}');
    body
}

pub(super) fn no_operation(error: &RequestError) -> Coded {
    Coded::fault(
        "OPERATION_RESOLUTION_FAILURE",
        format!("{}; name one of the document's operations in operationName", error.message()),
        "không xác định được thao tác; hãy nêu tên một thao tác của tài liệu trong operationName",
    )
}

pub(super) fn not_a_query() -> Coded {
    Coded::fault(
        "METHOD_NOT_ALLOWED",
        "only queries may be sent by GET; send mutations by POST",
        "GET chỉ dùng cho truy vấn; hãy gửi thao tác ghi bằng POST",
    )
}

pub(super) fn forbidden() -> Coded {
    Coded::fault(
        "FORBIDDEN",
        "you may read here and not act: this hub takes no decisions from this address",
        "chỉ được tra cứu, không được thao tác từ địa chỉ này",
    )
}

pub(super) fn no_introspection() -> Coded {
    Coded::fault(
        "INTROSPECTION_OFF",
        "this hub tells nothing of its schema here; ask its operator for the published schema",
        "hệ thống này không cho tra cứu lược đồ; hãy hỏi đơn vị vận hành để nhận lược đồ",
    )
}

pub(super) fn too_much_to_do(given: usize) -> Coded {
    let most = limits::MUTATIONS;
    Coded::fault(
        "DOCUMENT_TOO_LARGE",
        format!("the mutation has {given} operations; the limit is {most}"),
        format!("yêu cầu gồm {given} thao tác; tối đa {most}"),
    )
}

pub(super) fn document_limit() -> Coded {
    Coded::fault(
        "DOCUMENT_TOO_LARGE",
        format!(
            "the document has over {} tokens or over {} nested brackets",
            limits::TOKENS,
            4 * limits::DEPTH
        ),
        format!("truy vấn vượt {} ký hiệu hoặc {} dấu ngoặc lồng nhau", limits::TOKENS, 4 * limits::DEPTH),
    )
}
