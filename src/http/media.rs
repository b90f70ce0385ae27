//! Media types: what a request is written in and what its answer may be written in (GraphQL over HTTP,
//! sections "Accept" and "Content-Type"; RFC 9110, section 12.5.1). Pure.

use axum::http::{HeaderMap, HeaderValue, header};

/// What an answer can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answering {
    /// `application/json`: for callers who name nothing better.
    Json,
    /// `application/graphql-response+json`: a GraphQL response whatever its status.
    GraphqlResponse,
}

impl Answering {
    /// The `Content-Type` of the answer.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Answering::Json => "application/json; charset=utf-8",
            Answering::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    fn subtype(self) -> &'static str {
        match self {
            Answering::Json => "json",
            Answering::GraphqlResponse => "graphql-response+json",
        }
    }
}

/// What the caller wants the answer in; none when nothing we write is acceptable.
///
/// The higher weight wins, then the type named more exactly, then `graphql-response+json` where both are
/// named and `json` where neither is.
pub(super) fn negotiate(headers: &HeaderMap) -> Option<Answering> {
    let mut seen = false;
    let (mut json, mut graphql) = (Match::NONE, Match::NONE);
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or_default().split(',').filter(|range| !range.trim().is_empty()) {
            seen = true;
            json = json.refined(range, Answering::Json);
            graphql = graphql.refined(range, Answering::GraphqlResponse);
        }
    }
    if !seen {
        return Some(Answering::Json);
    }
    match (json.weight, graphql.weight) {
        (0, 0) => None,
        (_, 0) => Some(Answering::Json),
        (0, _) => Some(Answering::GraphqlResponse),
        _ => {
            let both_by_name = json.exactness == NAMED && graphql.exactness == NAMED;
            let graphql_first = (graphql.weight, graphql.exactness) > (json.weight, json.exactness)
                || (graphql.weight == json.weight && both_by_name);
            Some(if graphql_first { Answering::GraphqlResponse } else { Answering::Json })
        }
    }
}

/// Whether a request says its body is JSON in UTF-8, the only form taken: anything simpler could be sent by
/// any web page in its visitor's name.
pub(super) fn is_json_utf8(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) && parts.all(is_utf8)
}

const NAMED: u8 = 3;

/// How well one of our types fits the ranges read so far.
#[derive(Clone, Copy)]
struct Match {
    /// 0 none, 1 `*/*`, 2 `application/*`, 3 by name; the most exact range decides.
    exactness: u8,
    /// Thousandths; 0 is refused.
    weight: u16,
}

impl Match {
    const NONE: Match = Match { exactness: 0, weight: 0 };

    fn refined(self, range: &str, ours: Answering) -> Match {
        let mut parts = range.split(';').map(str::trim);
        let Some((kind, subtype)) = parts.next().and_then(|essence| essence.split_once('/')) else {
            return self;
        };
        let exactness = match (kind, subtype) {
            ("*", "*") => 1,
            (kind, "*") if kind.eq_ignore_ascii_case("application") => 2,
            (kind, subtype)
                if kind.eq_ignore_ascii_case("application")
                    && subtype.eq_ignore_ascii_case(ours.subtype()) =>
            {
                NAMED
            }
            _ => return self,
        };
        let mut weight = 1000;
        for parameter in parts {
            match parameter.split_once('=') {
                Some((name, value)) if name.trim().eq_ignore_ascii_case("q") => {
                    weight = thousandths(value.trim())
                }
                _ if !is_utf8(parameter) => return self,
                _ => {}
            }
        }
        if exactness < self.exactness || (exactness == self.exactness && weight <= self.weight) {
            return self;
        }
        Match { exactness, weight }
    }
}

/// A quality value as thousandths; what is no quality value weighs nothing.
fn thousandths(value: &str) -> u16 {
    match value.parse::<f32>() {
        // In 0..=1000 by the guard.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0..=1000 by the guard")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as u16,
        _ => 0,
    }
}

/// Whether a parameter leaves the text in UTF-8: it names that encoding or is about something else.
fn is_utf8(parameter: &str) -> bool {
    match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim().trim_matches('"');
            value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &str) -> Option<Answering> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        negotiate(&headers)
    }

    #[test]
    fn weights_then_exactness_then_our_preference() {
        let (json, graphql) = (Some(Answering::Json), Some(Answering::GraphqlResponse));
        for (accept, expected) in [
            ("", json),
            ("*/*", json),
            ("application/*", json),
            ("application/json", json),
            ("application/graphql-response+json", graphql),
            ("APPLICATION/GraphQL-Response+JSON", graphql),
            ("application/graphql-response+json, application/json;q=0.9", graphql),
            ("application/graphql-response+json;q=0.8, application/json", json),
            ("application/json, application/graphql-response+json", graphql),
            ("application/json, text/plain, */*", json),
            ("application/graphql-response+json, */*;q=0.1", graphql),
            ("application/graphql-response+json;q=0, */*", json),
            ("application/json;q=0, */*", graphql),
            ("application/json;charset=utf-16", None),
            ("application/json;charset=\"UTF-8\"", json),
            ("application/json;q=0", None),
            ("text/html", None),
            ("text/html, application/xhtml+xml, */*;q=0.8", json),
            ("application/json;q=2", None),
            ("nonsense", None),
        ] {
            assert_eq!(negotiated(accept), expected, "Accept: {accept}");
        }
    }
}
