//! async-graphql's executor: for introspection, and as the other road, where it picks the answer of a plan
//! apart field by field.

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::response::JsonMap;
use async_graphql::dynamic::Schema;
use serde_json::Value;

use super::answer::{Coded, Refusal, Request};
use super::engine::{Engine, Refused};
use super::refusal;
use super::run::Written;
use super::schema::Picked;

impl Engine {
    /// Values of `__schema` and `__type` by response key. Where nothing is told of the schema, no type has a
    /// name, and there is no schema to ask for.
    pub(super) async fn introspected(
        &self,
        request: &Request,
        document: &ExecutableDocument,
        variables: &JsonMap,
    ) -> Result<HashMap<String, Vec<u8>>, Refused> {
        if self.judge.tells_to(request.caller.role) {
            let _alone = self.introspecting.acquire().await;
            return introspection(&self.executor, request, document, variables).await;
        }
        let operation = document.operations.get(request.operation_name.as_deref());
        match operation.is_ok_and(|o| o.root_fields(document).any(|field| field.name == "__schema")) {
            true => Err(refusal::one(Refusal::Invalid, &refusal::no_introspection(), request)),
            false => Ok(HashMap::new()),
        }
    }
}

/// The values of `__schema` and `__type`, by response key. The other root fields pick from nothing and
/// are null here: the plan answers them.
async fn introspection(
    schema: &Schema,
    request: &Request,
    document: &ExecutableDocument,
    variables: &JsonMap,
) -> Result<HashMap<String, Vec<u8>>, Refused> {
    let response = execute(schema, request, document, variables, Value::Null).await?;
    if let Some(error) = response.errors.first() {
        return Err(internal(request, &error.message));
    }
    let async_graphql::Value::Object(fields) = response.data else { return Ok(HashMap::new()) };
    let bytes = fields.iter().map(|(key, value)| {
        let value = serde_json::to_vec(value).map_err(|e| internal(request, &e.to_string()))?;
        Ok((key.to_string(), value))
    });
    bytes.collect()
}

/// The executor's answer over what the plan has written: the other road, to check the first against.
pub(super) async fn by_executor(
    schema: &Schema,
    request: &Request,
    document: &ExecutableDocument,
    variables: &JsonMap,
    written: Written,
) -> Result<Written, Refused> {
    let data = serde_json::from_slice(&written.data).map_err(|e| internal(request, &e.to_string()))?;
    let response = execute(schema, request, document, variables, data).await?;
    let explained = |path: &Value| written.errors.iter().any(|e| e["path"] == *path);
    if let Some(odd) = response.errors.iter().find(|e| !explained(&serde_json::json!(e.path))) {
        return Err(internal(request, &odd.message));
    }
    let data = serde_json::to_vec(&response.data).map_err(|e| internal(request, &e.to_string()))?;
    Ok(Written { data, errors: written.errors })
}

async fn execute(
    schema: &Schema,
    request: &Request,
    document: &ExecutableDocument,
    variables: &JsonMap,
    data: Value,
) -> Result<async_graphql::Response, Refused> {
    // Coerced ones: async-graphql 7.2.1 forgets the defaults of variables in @skip and @include.
    let variables = serde_json::to_value(variables).map_err(|e| internal(request, &e.to_string()))?;
    // Written anew: its parser knows neither descriptions on operations nor `\u{…}`.
    let text = document.serialize().no_indent().to_string();
    let mut query = async_graphql::Request::new(text)
        .variables(async_graphql::Variables::from_json(variables))
        .data(Picked(Arc::new(data)));
    if let Some(name) = &request.operation_name {
        query = query.operation_name(name);
    }
    Ok(schema.execute(query).await)
}

fn internal(request: &Request, cause: &str) -> Refused {
    let cause = format!("the executor differs from the plan: {cause}");
    refusal::one(Refusal::Invalid, &Coded::internal(cause), request)
}
