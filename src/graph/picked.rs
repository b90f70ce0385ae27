//! The other road: async-graphql's executor picks the answer of a plan apart, field by field. For
//! introspection beside data, and to check the first road against.

use std::sync::Arc;

use async_graphql::dynamic::Schema;

use super::answer::{Coded, Refusal, Request};
use super::engine::Refused;
use super::refusal;
use super::run::Written;
use super::schema::Picked;

/// The executor's answer over what the plan has written.
pub(super) async fn by_executor(
    schema: &Schema,
    request: &Request,
    written: Written,
) -> Result<Written, Refused> {
    let internal = |cause: String| refusal::one(Refusal::Invalid, &Coded::internal(cause), request);
    let data = serde_json::from_slice(&written.data).map_err(|e| internal(e.to_string()))?;
    let variables = serde_json::Value::Object(request.variables.clone());
    let mut query = async_graphql::Request::new(&request.query)
        .variables(async_graphql::Variables::from_json(variables))
        .data(Picked(Arc::new(data)));
    if let Some(name) = &request.operation_name {
        query = query.operation_name(name);
    }
    let response = schema.execute(query).await;
    let mut errors = written.errors;
    for error in response.errors {
        let explained = errors.iter().any(|e| e["path"] == serde_json::json!(error.path));
        if !explained {
            return Err(internal(format!("the executor differs from the plan: {}", error.message)));
        }
    }
    errors.dedup();
    let data = serde_json::to_vec(&response.data).map_err(|e| internal(e.to_string()))?;
    Ok(Written { data, errors })
}
