//! A line to the server that can be made slow, and cut.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::broadcast;

use lienthong::store::cluster::DATABASE;

/// Listens on TCP, and passes on to a socket in the file system.
pub struct Proxy {
    port: u16,
    line: Arc<Line>,
}

struct Line {
    delay_ms: AtomicU64,
    cuts: AtomicUsize,
    cut: broadcast::Sender<()>,
}

impl Proxy {
    pub async fn before(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let line =
            Line { delay_ms: AtomicU64::new(0), cuts: AtomicUsize::new(0), cut: broadcast::channel(1).0 };
        let line = Arc::new(line);
        let passing = Arc::clone(&line);
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let (line, socket) = (Arc::clone(&passing), socket.clone());
                tokio::spawn(async move {
                    let Ok(server) = UnixStream::connect(socket).await else { return };
                    let mut cut = line.cut.subscribe();
                    let (from_caller, to_caller) = caller.into_split();
                    let (from_server, to_server) = server.into_split();
                    tokio::select! {
                        () = pass(from_caller, to_server, &line) => {}
                        () = pass(from_server, to_caller, &line) => {}
                        _ = cut.recv() => { line.cuts.fetch_add(1, Ordering::Relaxed); }
                    }
                });
            }
        });
        Self { port, line }
    }

    pub fn url(&self) -> String {
        format!("postgres://{DATABASE}@127.0.0.1:{}/{DATABASE}?sslmode=disable", self.port)
    }

    /// What each piece takes from now on, either way.
    pub fn delay(&self, delay: Duration) {
        self.line.delay_ms.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::Relaxed);
    }

    /// Cuts all connections there are.
    pub fn cut(&self) {
        let _ = self.line.cut.send(());
    }

    pub fn cuts(&self) -> usize {
        self.line.cuts.load(Ordering::Relaxed)
    }
}

async fn pass(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, line: &Line) {
    let mut piece = vec![0; 8192];
    loop {
        let Ok(length @ 1..) = from.read(&mut piece).await else { return };
        tokio::time::sleep(Duration::from_millis(line.delay_ms.load(Ordering::Relaxed))).await;
        if to.write_all(&piece[..length]).await.is_err() {
            return;
        }
    }
}
