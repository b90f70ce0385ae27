//! The refusals of uploads, in words.

use axum::http::StatusCode;

use super::super::refusal::Refusal;
use super::super::turned_away;
use crate::error::Fault;
use crate::pipeline::Failure;
use crate::store::run::{UNAVAILABLE, is_unavailable, unavailable};

/// Media types a file may come under. What it is, is found in its content.
pub(super) const TAKEN: [&str; 12] = [
    "application/octet-stream",
    "application/json",
    "application/x-ndjson",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.oasis.opendocument.spreadsheet",
    "text/csv",
    "text/tab-separated-values",
    "text/plain",
    "application/csv",
];

fn refusal(status: StatusCode, code: &'static str, en: impl Into<String>, vi: impl Into<String>) -> Refusal {
    Refusal::new(status, Fault::new(code, en, vi))
}

pub(super) fn wrong_media_type() -> Refusal {
    refusal(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        "Send the file as the body with a Content-Type such as application/octet-stream or text/csv, or as the \
         field `file` of a multipart/form-data form.",
        "Hãy gửi tệp làm thân yêu cầu với Content-Type như application/octet-stream hoặc text/csv, hoặc làm \
         trường `file` của biểu mẫu multipart/form-data.",
    )
}

pub(super) fn too_large(limit: u64) -> Refusal {
    let limit = limit >> 20;
    refusal(
        StatusCode::PAYLOAD_TOO_LARGE,
        "FILE_TOO_LARGE",
        format!("The file is larger than {limit} MiB; split it."),
        format!("Tệp lớn hơn {limit} MiB; hãy chia nhỏ."),
    )
}

pub(super) fn empty() -> Refusal {
    refusal(
        StatusCode::BAD_REQUEST,
        "EMPTY_BODY",
        "The file is empty: not one byte came.",
        "Tệp rỗng: không nhận được byte nào.",
    )
}

pub(super) fn malformed_form(what: &str) -> Refusal {
    refusal(
        StatusCode::BAD_REQUEST,
        "MALFORMED_FORM",
        format!("The form cannot be read: {what}."),
        "Không đọc được biểu mẫu multipart: hãy gửi đúng một tệp trong trường `file`.",
    )
}

pub(super) fn no_room(error: &std::io::Error) -> Refusal {
    tracing::error!(%error, "an upload cannot be kept");
    refusal(
        StatusCode::INSUFFICIENT_STORAGE,
        "NO_ROOM",
        "The hub has no room for the upload now; its log says why.",
        "Máy chủ không còn chỗ cho tệp tải lên; nguyên nhân có trong nhật ký.",
    )
}

pub(super) fn unknown_import(id: &str) -> Refusal {
    let shown: String = id.chars().take(60).collect();
    refusal(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        format!("There is no import {shown:?}."),
        format!("Không có lần nhập {shown:?}."),
    )
}

pub(super) fn purpose_needed() -> Refusal {
    refusal(
        StatusCode::FORBIDDEN,
        "FORBIDDEN",
        "The file holds personal data as they came: say what you read them for in the header X-Purpose, with a key \
         that has the scope read:personal.",
        "Tệp có dữ liệu cá nhân nguyên gốc: hãy nêu mục đích ở tiêu đề X-Purpose, với khóa có quyền read:personal.",
    )
}

pub(super) fn key_reused() -> Fault {
    Fault::new(
        "IDEMPOTENCY_KEY_REUSED",
        "This idempotency key was sent before with another file or other parameters; use a new one.",
        "Khóa chống lặp này đã dùng cho tệp hoặc tham số khác; hãy dùng khóa mới.",
    )
}

/// What the caller is told of a failure that is not theirs; the log has the whole.
pub(super) fn failed(failure: Failure, trace_id: &str, what: &'static str) -> Fault {
    match failure {
        Failure::Fault(fault) => fault,
        Failure::Internal(error) => {
            tracing::error!(trace_id, error = format!("{error:#}"), what, "failed");
            match is_unavailable(&error) {
                true => unavailable(),
                false => internal(),
            }
        }
    }
}

pub(super) fn internal() -> Fault {
    turned_away::internal().fault().clone()
}

/// A fault of the pipeline as a refusal.
pub(super) fn refused(fault: Fault) -> Refusal {
    Refusal::new(status_of(&fault), fault)
}

fn status_of(fault: &Fault) -> StatusCode {
    match fault.code {
        "NOT_FOUND" => StatusCode::NOT_FOUND,
        "FORBIDDEN" => StatusCode::FORBIDDEN,
        "FILE_TOO_LARGE" => StatusCode::PAYLOAD_TOO_LARGE,
        "INTERNAL_SERVER_ERROR" => StatusCode::INTERNAL_SERVER_ERROR,
        UNAVAILABLE => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
