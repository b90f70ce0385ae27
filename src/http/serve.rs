//! Listening, and stopping without breaking what runs. Callers who send or read slowly, and those who open more
//! connections than they need, hold nobody up but themselves.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use super::connected::{Count, Counted};
use super::patient::Patient;
use super::refusal::Refusal;
use super::{AppState, files, router};
use crate::error::Fault;

pub use super::connected::Connected;

/// Longest head of a request that is read.
const HEAD: usize = 64 << 10;
/// After an error that says that there is no room: until somebody hangs up.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `shutdown` completes, then takes no new connection, lets running requests finish, and
/// returns when they have, at the latest after `grace`.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> anyhow::Result<()> {
    let most = files::within(state.options().connected.clone());
    let (router, count, connections) = (router(state), Count::default(), GracefulShutdown::new());
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        let Some((stream, address)) = taken(accepted).await else { continue };
        match count.add(address.ip(), &most) {
            Some(counted) => {
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(most.header_timeout)
                    .max_buf_size(HEAD)
                    .serve_connection(
                        TokioIo::new(Patient::new(stream, most.stall_timeout)),
                        service(router.clone(), address),
                    );
                tokio::spawn(served(connections.watch(connection), counted));
            }
            None => drop(tokio::spawn(turn_away(stream, most.stall_timeout))),
        }
    }
    drop(listener);
    if tokio::time::timeout(grace, connections.shutdown()).await.is_err() {
        tracing::warn!(grace_ms = grace.as_millis(), "stopped with requests still running");
    }
    Ok(())
}

/// A connection, if it came to that.
async fn taken(accepted: io::Result<(TcpStream, SocketAddr)>) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok((stream, address)) => {
            // Small answers leave at once, without waiting for an acknowledgement of the ones before them.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY refused");
            }
            Some((stream, address))
        }
        Err(error) => {
            use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
            if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
                tracing::warn!(%error, "a connection cannot be taken");
                tokio::time::sleep(BREATH).await;
            }
            None
        }
    }
}

/// The routes, which know where a connection comes from.
fn service(
    router: Router,
    address: SocketAddr,
) -> impl hyper::service::Service<
    hyper::Request<Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future: Send + 'static,
> {
    hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        // Chunks go before a length, which hyper then drops unseen; another server on the way may have gone by
        // the length, so that nothing behind such a request is believed (RFC 9112, section 6.1).
        let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        let answering = router.clone().oneshot(request);
        async move {
            let mut response = answering.await?;
            if chunked {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response)
        }
    })
}

async fn served(connection: impl Future<Output = hyper::Result<()>>, _counted: Counted) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended");
    }
}

/// Tells one connection too many so, and closes it.
async fn turn_away(mut stream: TcpStream, patience: Duration) {
    let fault = Fault::new(
        "TOO_MANY_CONNECTIONS",
        "The hub has as many connections as it takes; keep yours and use them again.",
        "Hệ thống đã đủ số kết nối; hãy giữ và dùng lại kết nối sẵn có.",
    );
    let body = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, fault).body("");
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Retry-After: 1\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let told = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&body).await?;
        stream.shutdown().await
    };
    // Whoever does not listen is not told.
    let _ = tokio::time::timeout(patience.min(Duration::from_secs(1)), told).await;
}
