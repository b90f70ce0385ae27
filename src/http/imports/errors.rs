//! `GET /imports/{id}/errors`: an office's own file, with a column that says what is wrong. Its rows are as they came,
//! whatever personal data stand in them: told to who may read these and says what for, and the audit log is told before.

use std::sync::Arc;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use uuid::Uuid;

use super::super::AppState;
use super::super::admission::Pass;
use super::super::refusal::Refusal;
use super::super::trace::Trace;
use super::{Asked, asked, may_import, words};
use crate::access::{Caller, Deed, Stage};
use crate::pipeline::Pipeline;
use crate::pipeline::marked::Marked;
use crate::store::id;

/// Bytes handed on at a time.
const PIECE: usize = 64 << 10;

/// Answers with the file.
pub(in crate::http) async fn errors(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Arc<Caller>>,
    id: Asked,
) -> Response {
    let id = asked(id);
    let told = async {
        may_import(&caller)?;
        let pipeline = app.pipeline()?;
        let uuid = id::decode(&id).filter(|(prefix, _)| *prefix == "import").map(|(_, uuid)| uuid);
        let uuid = uuid.ok_or_else(|| words::unknown_import(&id))?;
        let place = app.jobs().queues.downloads.enter(&caller).await?;
        let marked = marked(&pipeline, &caller, uuid, &trace.id).await?;
        Ok(response(marked, place))
    };
    told.await.unwrap_or_else(|refusal: Refusal| refusal.response(&trace.id))
}

async fn marked(
    pipeline: &Pipeline,
    caller: &Arc<Caller>,
    import: Uuid,
    trace_id: &str,
) -> Result<Marked, Refusal> {
    let refused = |failure| words::refused(words::failed(failure, trace_id, "marking a file"));
    pipeline.may_touch(caller, import).await.map_err(refused)?;
    if !caller.viewer().personal_data {
        return Err(words::purpose_needed());
    }
    let deed = Deed {
        caller: Arc::clone(caller),
        action: "GET /imports/{id}/errors".to_owned(),
        record: Some(id::encode("import", import)),
        trace_id: trace_id.to_owned(),
    };
    let written = pipeline.audit.write(&deed, Stage::Read, None).await;
    written.map_err(|error| refused(error.into()))?;
    pipeline.marked(import).await.map_err(refused)
}

/// The file in pieces; its place is given back with the last one.
fn response(marked: Marked, place: Pass) -> Response {
    let bytes = Bytes::from(marked.bytes);
    let length = bytes.len();
    let pieces = stream::unfold((bytes, place), async |(mut bytes, place)| {
        let piece = bytes.split_to(bytes.len().min(PIECE));
        (!piece.is_empty()).then_some((Ok::<_, std::convert::Infallible>(piece), (bytes, place)))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(marked.media_type));
    let disposition = format!("attachment; filename*=UTF-8''{}", percent_encoded(&marked.name));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn percent_encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len() * 3), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
        out
    })
}
