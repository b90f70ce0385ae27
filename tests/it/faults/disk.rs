//! The server's disk is full. Needs root, for a small file system of its own; without, it says so and does nothing.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::load::Load;
use super::open;
use super::server::Server;

/// Enough for the cluster, its log and the load.
const SIZE: &str = "size=400m";

/// A file system in memory, unmounted in the end.
struct Mounted(PathBuf);

impl Mounted {
    fn at(path: PathBuf) -> Option<Self> {
        std::fs::create_dir(&path).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(&path).output();
        mounted.is_ok_and(|done| done.status.success()).then_some(Self(path))
    }

    /// Writes until no byte fits any more.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        for size in [1 << 20, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mounted) = Mounted::at(folder.path().join("disk")) else {
        println!("left out: mounting a small file system needs root");
        return;
    };
    let data_dir = mounted.0.join("data");
    let mut server = Server::start_in(folder, data_dir).await;
    let served = open(&server.url(), Duration::from_secs(5)).await;
    let load = Load::begin(&served.router).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..2 {
        let filler = mounted.fill();
        tokio::time::sleep(Duration::from_secs(3)).await;
        std::fs::remove_file(filler).unwrap();
        // Where even its own log found no room, the server has ended.
        let ended = server.has_ended().await;
        if ended {
            server.again().await;
        }
        println!("room again (the server had ended: {ended}): well again after {:?}", load.recovered().await);
    }
    let came = load.end(&served.hub.database.work_pool).await;
    assert!(came.refused > 0, "nobody noticed anything");
    served.hub.close().await.unwrap();
    drop(server);
}
