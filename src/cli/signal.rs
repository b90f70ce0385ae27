//! Being asked to stop: SIGINT (Ctrl-C) and SIGTERM.

use std::sync::LazyLock;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use crate::error::Fault;

/// Whether somebody asked. One for the process, as signals are, and it stays asked: a signal that comes while nobody
/// awaits it, between the work that starts a hub and the work that serves, is not lost.
static ASKED: LazyLock<watch::Receiver<bool>> = LazyLock::new(|| {
    let (tell, asked) = watch::channel(false);
    tokio::spawn(listen(tell));
    asked
});

/// Completes when somebody asks the program to stop, at once where somebody has. Whoever asks again after that does
/// not wait: the process ends at once, and the private server with it.
pub(super) async fn asked() {
    let mut asked = ASKED.clone();
    // An error means that no signal can be heard here.
    if asked.wait_for(|asked| *asked).await.is_err() {
        std::future::pending().await
    }
}

async fn listen(tell: watch::Sender<bool>) {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    either(&mut interrupt, &mut terminate).await;
    tracing::info!("stopping");
    tell.send_replace(true);
    either(&mut interrupt, &mut terminate).await;
    std::process::exit(1);
}

async fn either(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
}

/// The work's result, unless somebody asks to stop first: then the work is dropped where it stands.
pub(super) async fn unless_asked<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::select! {
        result = work => result,
        () = asked() => Err(Fault::new("INTERRUPTED", "stopped before it was done", "đã dừng khi chưa xong").into()),
    }
}
