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

/// `{"data":…}` or `{"errors":[…],"data":…}`, and `extensions` if there are any.
pub(super) fn executed(written: &Written, extensions: Option<&serde_json::Value>) -> Vec<u8> {
    let mut body = Vec::with_capacity(written.data.len() + 192);
    if !written.errors.is_empty() {
        body.extend_from_slice(b"{\"errors\":");
        let _ = serde_json::to_writer(&mut body, &written.errors);
        body.extend_from_slice(b",\"data\":");
    } else {
        body.extend_from_slice(b"{\"data\":");
    }
    body.extend_from_slice(&written.data);
    if let Some(extensions) = extensions {
        body.extend_from_slice(b",\"extensions\":");
        let _ = serde_json::to_writer(&mut body, extensions);
    }
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
        "you may read here and not act: this hub takes no decisions",
        "chỉ được tra cứu, không được thao tác tại hệ thống này",
    )
}

pub(super) fn no_introspection() -> Coded {
    Coded::fault(
        "INTROSPECTION_OFF",
        "this hub tells nothing of its schema here; ask its operator for the published schema",
        "hệ thống này không cho tra cứu lược đồ; hãy hỏi đơn vị vận hành để nhận lược đồ",
    )
}

pub(super) fn too_much_told() -> Coded {
    let most = limits::INTROSPECTION_FIELDS;
    Coded::fault(
        "DOCUMENT_TOO_LARGE",
        format!("the document asks for more than {most} fields of the schema, the limit"),
        format!("truy vấn lược đồ vượt giới hạn {most} trường"),
    )
    .over("introspection_fields", None, most)
}

pub(super) fn too_much_to_do(given: usize) -> Coded {
    let most = limits::MUTATIONS;
    Coded::fault(
        "DOCUMENT_TOO_LARGE",
        format!("the mutation has {given} operations; the limit is {most}"),
        format!("yêu cầu gồm {given} thao tác; tối đa {most}"),
    )
    .over("mutations", Some(given), most)
}

pub(super) fn too_many_tokens(most: usize) -> Coded {
    Coded::fault(
        "DOCUMENT_TOO_LARGE",
        format!("the document has more than {most} tokens, the limit"),
        format!("truy vấn vượt giới hạn {most} ký hiệu"),
    )
    .over("tokens", None, most)
}

pub(super) fn too_nested(brackets: usize, depth: usize) -> Coded {
    Coded::fault(
        "DOCUMENT_TOO_LARGE",
        format!("the document has over {brackets} nested brackets; the limit is {depth} levels of fields"),
        format!("truy vấn vượt {brackets} dấu ngoặc lồng nhau; tối đa {depth} tầng trường"),
    )
    .over("depth", None, depth)
}

pub(super) fn too_many_bytes(limit: &'static str, given: usize, most: usize) -> Coded {
    let (code, en, vi) = match limit {
        "variables_bytes" => ("VARIABLES_TOO_LARGE", "the variables have", "các biến có"),
        _ => ("DOCUMENT_TOO_LARGE", "the document has", "truy vấn có"),
    };
    Coded::fault(
        code,
        format!("{en} {given} bytes; the limit is {most}"),
        format!("{vi} {given} byte; tối đa {most}"),
    )
    .over(limit, Some(given), most)
}
