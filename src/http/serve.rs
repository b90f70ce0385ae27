//! Listening, and stopping without breaking what runs.

use std::future::{Future, IntoFuture};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::{AppState, router};

/// Serves until `shutdown` completes, then takes no new connection, lets running requests finish, and
/// returns when they have, at the latest after `grace`.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    grace: Duration,
) -> anyhow::Result<()> {
    // Small answers leave at once, without waiting for an acknowledgement of the ones before them.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY refused");
        }
    });
    // Who is at the other end of a connection stands beside its requests.
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = oneshot::channel();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        // The receiver lives as long as the server; nothing to do if both are gone.
        let _ = stopping.send(());
    });
    let out_of_patience = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(grace).await;
    };
    tokio::select! {
        served = server.into_future() => served.context("serving HTTP"),
        () = out_of_patience => {
            tracing::warn!(grace_ms = grace.as_millis(), "stopped with requests still running");
            Ok(())
        }
    }
}
