//! Who calls, found out once for each request, before any handler: every door asks the same.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

use super::AppState;
use super::caller::{door, text};
use super::refusal::Refusal;
use super::trace::Trace;
use crate::access::{Caller, Identity, Role};

/// Longest purpose and longest name that is kept, in letters.
const LONGEST: usize = 200;

/// Puts the [`Caller`] beside the request.
pub(super) async fn identify(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    mut request: Request,
    next: Next,
) -> Response {
    match known(&app, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(Arc::new(caller));
            next.run(request).await
        }
        Err(refusal) => refusal.response(&trace.id),
    }
}

async fn known(app: &AppState, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let caller = match app.options().desk.admit(&door(headers)) {
        Ok(_) => Caller::of(Identity::OpenDesk, Role::Steward),
        Err(_) => Caller::default(),
    };
    Ok(Caller { purpose: said(headers, "x-purpose"), acting_as: said(headers, "x-acting-as"), ..caller })
}

/// A header in somebody's own words.
fn said(headers: &HeaderMap, name: &'static str) -> Option<String> {
    let given = text(headers, HeaderName::from_static(name))?;
    let words: String = given.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    (!words.is_empty()).then_some(words)
}
