//! Being asked to stop: SIGINT (Ctrl-C) and SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

use crate::error::Fault;

/// Completes when somebody asks the program to stop. Whoever asks again after that does not wait: the
/// process ends at once, and the private server with it.
pub(super) async fn asked() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    tracing::info!("stopping");
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        std::process::exit(1);
    });
}

/// The work's result, unless somebody asks to stop first: then the work is dropped where it stands.
pub(super) async fn unless_asked<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::select! {
        result = work => result,
        () = asked() => Err(Fault::new("INTERRUPTED", "stopped before it was done", "đã dừng khi chưa xong").into()),
    }
}
