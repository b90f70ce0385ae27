//! Who calls, found out once for each request, before any handler: every door asks the same.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::AppState;
use super::caller::{door, lines, text};
use super::refusal::Refusal;
use super::trace::Trace;
use crate::access::{Caller, NotKnown, Visit};

/// Longest purpose and longest name that is kept, in letters.
const LONGEST: usize = 200;

/// Puts the [`Caller`] beside the request.
pub(super) async fn identify(
    State(app): State<AppState>,
    Extension(trace): Extension<Trace>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    match known(&app, request.headers(), peer).await {
        Ok(caller) => {
            request.extensions_mut().insert(Arc::new(caller));
            next.run(request).await
        }
        Err(not_known) => {
            let refusal = refusal(&not_known);
            tracing::info!(
                target: "lienthong::request",
                status = refusal.status().as_u16(),
                code = refusal.code(),
                address = not_known.address.map(|address| address.to_string()).unwrap_or_default(),
                trace_id = trace.id,
                "turned away"
            );
            refusal.response(&trace.id)
        }
    }
}

async fn known(app: &AppState, headers: &HeaderMap, peer: Option<SocketAddr>) -> Result<Caller, NotKnown> {
    let (forwarded, authorization) =
        (lines(headers, &HeaderName::from_static("x-forwarded-for")), lines(headers, &header::AUTHORIZATION));
    let visit = Visit {
        peer: peer.map(|peer| peer.ip()),
        forwarded: &forwarded,
        authorization: &authorization,
        door: door(headers),
    };
    let caller = app.callers().identify(&visit).await?;
    Ok(Caller { purpose: said(headers, "x-purpose"), acting_as: said(headers, "x-acting-as"), ..caller })
}

fn refusal(not_known: &NotKnown) -> Refusal {
    let status = match not_known.fault.code {
        "KEY_NETWORK" => StatusCode::FORBIDDEN,
        "TOO_MANY_FAILURES" => StatusCode::TOO_MANY_REQUESTS,
        "UNAVAILABLE" | "SIGN_ON_UNAVAILABLE" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNAUTHORIZED,
    };
    let refusal = Refusal::new(status, not_known.fault.clone());
    match not_known.wait {
        Some(seconds) => refusal.retry_after(seconds),
        None if status == StatusCode::UNAUTHORIZED => {
            refusal.with_header(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
        }
        None => refusal,
    }
}

/// A header in somebody's own words.
fn said(headers: &HeaderMap, name: &'static str) -> Option<String> {
    let given = text(headers, HeaderName::from_static(name))?;
    let words: String = given.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    (!words.is_empty()).then_some(words)
}
