//! Health: alive is not ready.

use super::get;

#[tokio::test]
async fn alive_without_a_database() {
    let seen = get("/healthz").await;
    assert_eq!((seen.status.as_u16(), seen.body.as_slice()), (200, b"{\"status\":\"ok\"}".as_slice()));
}

#[tokio::test]
async fn not_ready_without_a_database() {
    let seen = get("/readyz").await;
    assert_eq!((seen.status.as_u16(), seen.code().as_str()), (503, "DATABASE_UNAVAILABLE"));
    assert_eq!((seen.header("retry-after"), seen.header("cache-control")), ("1", "no-store"));
}
