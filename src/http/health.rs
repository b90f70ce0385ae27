//! Health: the process is alive; the hub is ready, which means its database answers and is migrated.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sqlx::PgPool;
use tokio::time::timeout;

use super::AppState;
use super::refusal::Refusal;
use super::trace::Trace;
use crate::error::Fault;
use crate::store::database::is_lost;

/// Longest the database may take to answer before the hub counts as not ready.
const PATIENCE: Duration = Duration::from_secs(1);

/// `GET /healthz`: the process lives.
pub(super) async fn live() -> Response {
    status("{\"status\":\"ok\"}")
}

/// `GET /readyz`: requests would be answered.
pub(super) async fn ready(State(app): State<AppState>, Extension(trace): Extension<Trace>) -> Response {
    let fault = match timeout(PATIENCE, is_migrated(app.pool())).await {
        Ok(Ok(true)) => return status("{\"status\":\"ready\"}"),
        Ok(Ok(false)) => Fault::new(
            "DATABASE_NOT_MIGRATED",
            "The database is not migrated yet.",
            "Cơ sở dữ liệu chưa được nâng cấp cấu trúc.",
        ),
        Ok(Err(error)) => {
            tracing::warn!(trace_id = trace.id, %error, "not ready: the database does not answer");
            database_unavailable()
        }
        Err(_) => {
            tracing::warn!(trace_id = trace.id, "not ready: the database does not answer in time");
            database_unavailable()
        }
    };
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, fault).response(&trace.id)
}

async fn is_migrated(pool: &PgPool) -> Result<bool, sqlx::Error> {
    loop {
        let asked = sqlx::query_scalar("select to_regclass('import') is not null").fetch_one(pool).await;
        match asked {
            // A connection of before the server was restarted: each is found out once.
            Err(error) if is_lost(&error) && pool.num_idle() > 0 => {}
            outcome => return outcome,
        }
    }
}

/// Whether the database answers anything at all, soon.
pub(super) async fn answers(pool: &PgPool) -> bool {
    timeout(PATIENCE, is_migrated(pool)).await.is_ok_and(|asked| asked.is_ok())
}

fn database_unavailable() -> Fault {
    Fault::new(
        "DATABASE_UNAVAILABLE",
        "The database does not answer; try again shortly.",
        "Cơ sở dữ liệu chưa trả lời; vui lòng thử lại sau ít phút.",
    )
}

fn status(body: &'static str) -> Response {
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}
