//! The refusals of the HTTP side: what each status means here, in words a caller can act on.

use axum::Extension;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::refusal::Refusal;
use super::trace::Trace;
use crate::access::{self, Caller};
use crate::error::Fault;
use crate::store::run;

/// After how many seconds to try again where the database is away: it is back within a few, or for long not.
pub(super) const SHORTLY: &str = "1";

/// The methods of `/graphql`.
pub(super) const METHODS: &str = "GET, HEAD, OPTIONS, POST";

/// Nothing lives at this path.
pub(super) async fn not_found(Extension(trace): Extension<Trace>) -> Response {
    let fault = Fault::new(
        "NOT_FOUND",
        "Nothing lives here. The graph is at /graphql, its explorer at /, its schema at /schema.graphql.",
        "Không có gì ở địa chỉ này. Đồ thị ở /graphql, trang tra cứu ở /, lược đồ ở /schema.graphql.",
    );
    Refusal::new(StatusCode::NOT_FOUND, fault).response(&trace.id)
}

/// The path lives, the method does not; the router adds `Allow`.
pub(super) async fn method_not_allowed(Extension(trace): Extension<Trace>) -> Response {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, method_fault()).response(&trace.id)
}

fn method_fault() -> Fault {
    Fault::new(
        "METHOD_NOT_ALLOWED",
        "This method is not served here; the Allow header names those that are.",
        "Địa chỉ này không nhận phương thức đó; tiêu đề Allow liệt kê các phương thức được nhận.",
    )
}

/// A method that `/graphql` does not know.
pub(super) fn wrong_method() -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, method_fault()).with_header(header::ALLOW, METHODS)
}

/// `Accept` takes nothing we write.
pub(super) fn not_acceptable() -> Refusal {
    let fault = Fault::new(
        "NOT_ACCEPTABLE",
        "Answers come as application/graphql-response+json or application/json; the Accept header takes neither.",
        "Câu trả lời có dạng application/graphql-response+json hoặc application/json; tiêu đề Accept không nhận dạng nào trong hai dạng này.",
    );
    Refusal::new(StatusCode::NOT_ACCEPTABLE, fault)
}

/// The body is not said to be JSON in UTF-8.
pub(super) fn wrong_content_type() -> Refusal {
    let fault = Fault::new(
        "UNSUPPORTED_MEDIA_TYPE",
        "Send the request as JSON in UTF-8, with the header Content-Type: application/json.",
        "Hãy gửi yêu cầu dạng JSON, bộ mã UTF-8, kèm tiêu đề Content-Type: application/json.",
    );
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, fault).with_header(header::ACCEPT, "application/json")
}

/// The body is compressed.
pub(super) fn wrong_content_encoding() -> Refusal {
    let fault = Fault::new(
        "UNSUPPORTED_CONTENT_ENCODING",
        "Send the body uncompressed.",
        "Hãy gửi thân yêu cầu không nén.",
    );
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, fault).with_header(header::ACCEPT_ENCODING, "identity")
}

/// Parameters that make no request: 400 for what cannot be read at all, 422 for what can and is none.
pub(super) fn malformed(fault: Fault) -> Refusal {
    let status = match fault.code {
        "MALFORMED_JSON" | "INVALID_UTF8" | "EMPTY_BODY" => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Refusal::new(status, fault)
}

/// The body is above `limit` bytes.
pub(super) fn body_too_large(limit: usize) -> Refusal {
    let fault = Fault::new(
        "PAYLOAD_TOO_LARGE",
        format!("The body is larger than {limit} bytes."),
        format!("Thân yêu cầu lớn hơn {limit} byte."),
    );
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, fault)
}

/// The query string is above `limit` bytes.
pub(super) fn url_too_long(limit: usize) -> Refusal {
    let fault = Fault::new(
        "URI_TOO_LONG",
        format!("The query string is longer than {limit} bytes; send the request by POST."),
        format!("Chuỗi truy vấn dài hơn {limit} byte; hãy gửi yêu cầu bằng POST."),
    );
    Refusal::new(StatusCode::URI_TOO_LONG, fault)
}

/// The body took longer than a request may.
pub(super) fn body_too_slow() -> Refusal {
    let fault = Fault::new(
        "REQUEST_TIMEOUT",
        "The body did not arrive in time.",
        "Thân yêu cầu không đến kịp thời hạn.",
    );
    Refusal::new(StatusCode::REQUEST_TIMEOUT, fault)
}

/// The connection broke inside the body.
pub(super) fn body_broken() -> Refusal {
    let fault = Fault::new(
        "INCOMPLETE_BODY",
        "The body ended before it was complete.",
        "Thân yêu cầu bị ngắt giữa chừng.",
    );
    Refusal::new(StatusCode::BAD_REQUEST, fault)
}

/// The schema is not told here.
pub(super) fn no_schema() -> Refusal {
    let fault = Fault::new(
        "INTROSPECTION_OFF",
        "This hub does not tell its schema; ask its operator for it.",
        "Hệ thống này không công bố lược đồ tại đây; hãy hỏi đơn vị vận hành.",
    );
    Refusal::new(StatusCode::FORBIDDEN, fault)
}

/// The caller may not do this: whoever is unknown is asked who they are.
pub(super) fn not_allowed(caller: &Caller) -> Refusal {
    let status = if caller.is_known() { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
    let refusal = Refusal::new(status, access::refused(caller.is_known(), "this"));
    match caller.is_known() {
        true => refusal,
        false => refusal.with_header(header::WWW_AUTHENTICATE, "Bearer"),
    }
}

/// No files are taken in here.
pub(super) fn reads_only() -> Refusal {
    let fault = Fault::new(
        "FORBIDDEN",
        "This hub only reads; it takes no files in.",
        "Hệ thống này chỉ cho tra cứu, không nhận tệp.",
    );
    Refusal::new(StatusCode::FORBIDDEN, fault)
}

/// The database is away, or has no room.
pub(super) fn unavailable() -> Refusal {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, run::unavailable())
}

/// Something failed on our side; the log says what.
pub(super) fn internal() -> Refusal {
    let fault = Fault::new(
        "INTERNAL_SERVER_ERROR",
        "Something went wrong on our side. Quote the trace id when you report it.",
        "Máy chủ gặp lỗi. Khi báo lỗi, vui lòng gửi kèm mã vết (traceId).",
    );
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, fault)
}

/// The answer took longer than a request may.
pub(super) fn deadline_exceeded() -> Refusal {
    let fault = Fault::new(
        "DEADLINE_EXCEEDED",
        "The answer was not ready in time; ask for less at once, page by page.",
        "Chưa kịp có câu trả lời trong thời hạn; hãy hỏi ít hơn, theo từng trang.",
    );
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, fault)
}
