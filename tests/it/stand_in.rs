//! A small engine of its own for tests of the transport alone: it answers, fails, dawdles and panics on
//! demand, which the real one does not.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::dynamic::{Field, FieldFuture, FieldValue, InputValue, Object, Scalar, Schema, TypeRef};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request as StockRequest, Value, Variables};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lienthong::graph::{Answer, Outcome, Refusal, Request, Stats};
use lienthong::http::{Answers, AppState, HttpOptions};
use serde_json::json;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// The stand-in; its schema is in `schema` below.
pub struct StandIn(Schema);

/// State over the stand-in, with a database that is not there.
pub fn state(options: HttpOptions) -> AppState {
    let nowhere = PgConnectOptions::new_without_pgpass().socket("/nonexistent").database("none");
    let pool = PgPoolOptions::new().acquire_timeout(Duration::from_millis(200)).connect_lazy_with(nowhere);
    over(pool, options)
}

/// State over the stand-in, with a database.
pub fn over(pool: PgPool, options: HttpOptions) -> AppState {
    AppState::new(Arc::new(StandIn(schema())), pool, options)
}

impl Answers for StandIn {
    fn answer(&self, request: Request) -> BoxFuture<'_, Answer> {
        async move {
            let Ok(document) = parse_query(&request.query) else {
                return refused(Refusal::Syntax, "GRAPHQL_PARSE_FAILED", &request);
            };
            let is_query = document.operations.iter().all(|(_, one)| one.node.ty == OperationType::Query);
            if request.queries_only && !is_query {
                return refused(Refusal::NotAQuery, "NOT_A_QUERY", &request);
            }
            let stats = Stats {
                operation_name: document
                    .operations
                    .iter()
                    .find_map(|(name, _)| name.map(ToString::to_string)),
                operation_type: if is_query { "query" } else { "mutation" },
                document_hash: "0123456789abcdef".to_owned(),
                statements: 1,
                rows: 2,
                plan_cached: false,
                ..Stats::default()
            };
            let variables = serde_json::Value::Object(request.variables.clone());
            let mut stock = StockRequest::new(&request.query).variables(Variables::from_json(variables));
            stock.operation_name = request.operation_name.clone();
            let response = self.0.execute(stock).await;
            if response.data == Value::Null {
                return Answer { stats, ..refused(Refusal::Invalid, "GRAPHQL_VALIDATION_FAILED", &request) };
            }
            let outcome = if response.errors.is_empty() { Outcome::Complete } else { Outcome::Partial };
            Answer { outcome, body: serde_json::to_vec(&response).unwrap(), stats }
        }
        .boxed()
    }

    fn sdl(&self) -> &str {
        "type Query { hello: String }\n"
    }
}

fn refused(refusal: Refusal, code: &str, request: &Request) -> Answer {
    let error = json!({"message": code, "extensions": {"code": code, "traceId": request.trace_id}});
    let body = json!({"errors": [error]}).to_string().into_bytes();
    Answer { outcome: Outcome::Refused(refusal), body, stats: Stats::default() }
}

fn field(name: &str, resolve: fn() -> BoxFuture<'static, async_graphql::Result<Value>>) -> Field {
    Field::new(name, TypeRef::named(TypeRef::STRING), move |_| {
        FieldFuture::new(async move { Ok(Some(FieldValue::value(resolve().await?))) })
    })
}

fn schema() -> Schema {
    let hello = field("hello", || async { Ok(Value::from("xin chào")) }.boxed());
    let failing = field("failing", || async { Err("no".into()) }.boxed());
    let long = field("long", || async { Ok(Value::from("dài ".repeat(10_000))) }.boxed());
    let panicking = field("panicking", || async { panic!("a bug") }.boxed());
    let slow = field("slow", || {
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok(Value::from("done"))
        }
        .boxed()
    });
    let echo = Field::new("echo", TypeRef::named(TypeRef::STRING), |context| {
        FieldFuture::new(async move {
            let text = context.args.try_get("text")?.string()?.to_owned();
            Ok(Some(FieldValue::value(Value::from(text))))
        })
    })
    .argument(InputValue::new("text", TypeRef::named_nn(TypeRef::STRING)));
    let query =
        [hello, failing, long, panicking, slow, echo].into_iter().fold(Object::new("Query"), Object::field);
    let mutation =
        Object::new("Mutation").field(field("write", || async { Ok(Value::from("written")) }.boxed()));
    Schema::build("Query", Some("Mutation"), None)
        .register(query)
        .register(mutation)
        .register(Scalar::new("Unused"))
        .finish()
        .unwrap()
}
