//! Requests turned away before the engine saw them, as coded JSON. Never under the GraphQL media type: what
//! never reached GraphQL is no GraphQL response.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::json;

use super::media::Answering;
use super::turned_away;
use crate::error::Fault;

/// Why a request is turned away.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    fault: Fault,
    // Boxed: what is seldom there must not make every result of a handler large.
    header: Option<Box<(HeaderName, HeaderValue)>>,
    detail: Option<Box<(&'static str, serde_json::Value)>>,
}

impl Refusal {
    /// A refusal with its status and its words. Whoever comes at a bad time is told when to come again.
    pub(super) fn new(status: StatusCode, fault: Fault) -> Self {
        let passing = status == StatusCode::SERVICE_UNAVAILABLE;
        let shortly = || Box::new((header::RETRY_AFTER, HeaderValue::from_static(turned_away::SHORTLY)));
        Self { status, fault, header: passing.then(shortly), detail: None }
    }

    /// The same with one more header, which tells the caller what would be taken.
    pub(super) fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some(Box::new((name, HeaderValue::from_static(value))));
        self
    }

    /// The same, and how many seconds to wait.
    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.header = Some(Box::new((header::RETRY_AFTER, HeaderValue::from(seconds))));
        self
    }

    /// The same with one more member of `extensions`, for programs.
    pub(super) fn with_detail(mut self, name: &'static str, value: serde_json::Value) -> Self {
        self.detail = Some(Box::new((name, value)));
        self
    }

    /// Its status.
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// The header that tells the caller more, where there is one.
    pub(super) fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        self.header.as_deref().cloned()
    }

    /// Its words.
    pub(super) fn fault(&self) -> &Fault {
        &self.fault
    }

    /// The refusal's code.
    pub(super) fn code(&self) -> &'static str {
        self.fault.code
    }

    /// The refusal as a GraphQL response without `data`.
    pub(super) fn body(&self, trace_id: &str) -> Vec<u8> {
        let mut body = json!({"errors": [{
            "message": self.fault.en,
            "extensions": {"code": self.fault.code, "messageVi": self.fault.vi, "traceId": trace_id},
        }]});
        if let Some(detail) = &self.detail {
            let (name, value) = &**detail;
            body["errors"][0]["extensions"][*name] = value.clone();
        }
        body.to_string().into_bytes()
    }

    /// The refusal as an HTTP response.
    pub(super) fn response(self, trace_id: &str) -> Response {
        let mut response = Response::new(self.body(trace_id).into());
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, Answering::Json.content_type());
        if let Some((name, value)) = self.header.map(|header| *header) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
