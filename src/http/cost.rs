//! What an answer cost and what is left, in headers: `RateLimit` and `RateLimit-Policy` of the IETF draft
//! (draft-ietf-httpapi-ratelimit-headers), `X-Cost-Estimated` and `X-Cost-Actual` of our own. Pure.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::graph::{Cost, Outcome, Refusal};

/// Writes the headers; nothing where no cost is known.
pub(super) fn tell(headers: &mut HeaderMap, outcome: Outcome, cost: Option<&Cost>) {
    if let Outcome::Refused(Refusal::Budget { retry_after: Some(seconds) }) = outcome {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    let Some(cost) = cost else { return };
    headers.insert("x-cost-estimated", HeaderValue::from(cost.estimated));
    if let Some(actual) = cost.actual {
        headers.insert("x-cost-actual", HeaderValue::from(actual));
    }
    let Some(standing) = cost.standing else { return };
    let seconds = |time: Option<Duration>| time.map(|time| time.as_secs());
    let window = seconds(standing.rule.window()).map_or(String::new(), |window| format!(";w={window}"));
    let reset = seconds(standing.full_in()).map_or(String::new(), |reset| format!(";t={reset}"));
    for (name, value) in [
        ("ratelimit-policy", format!("\"cost\";q={}{window}", standing.rule.capacity)),
        ("ratelimit", format!("\"cost\";r={}{reset}", standing.remaining)),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
