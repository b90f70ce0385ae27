//! An import as JSON: the graph is asked, so that every door tells the same.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::AppState;
use super::super::refusal::Refusal;
use super::super::turned_away;
use super::{Who, words};
use crate::graph::Request;
use crate::store::run::UNAVAILABLE;

const QUERY: &str = include_str!("report.graphql");

/// The import with this id and its first issues; a refusal when there is none.
pub(super) async fn report(app: &AppState, id: &str, who: &Who<'_>) -> Result<Value, Refusal> {
    let variables = json!({ "id": id });
    let request = Request {
        query: QUERY.to_owned(),
        variables: variables.as_object().cloned().unwrap_or_default(),
        caller: Arc::clone(who.caller),
        trace_id: who.trace_id.to_owned(),
        ..Request::default()
    };
    let answer = app.ask(request).await?;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let mut import = answer["data"]["import"].clone();
    let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
    if !import.is_object() {
        let who = who.caller;
        return Err(match code {
            "UNAUTHENTICATED" | "FORBIDDEN" => turned_away::not_allowed(who),
            "" | "INVALID_ID" => words::unknown_import(id),
            UNAVAILABLE => turned_away::unavailable(),
            "DEADLINE_EXCEEDED" => turned_away::deadline_exceeded(),
            _ => turned_away::internal(),
        });
    }
    let issues = import["issues"].take();
    import["issueCount"] = issues["totalCount"].clone();
    import["issues"] = issues["nodes"].clone();
    Ok(import)
}
