//! The private server that ends by itself, or is ended by somebody else, is started again. Meanwhile requests are told
//! to come again; a server that does not stay up ends the hub, so that whoever watches over the hub notices.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Database;
use crate::error::Fault;

/// Starts in a row, without one that stayed.
const STARTS: u32 = 8;
/// A server that was up for so long stayed.
const STAYED: Duration = Duration::from_secs(60);
/// Longest pause between two starts.
const PAUSE: Duration = Duration::from_secs(30);

impl Database {
    /// Keeps the private server up. Ends, with the reason, once it does not stay up; never, where there is none.
    pub async fn keep_up(&self) -> Fault {
        let mut starts = 0;
        loop {
            let watched = Instant::now();
            self.lost().await;
            if watched.elapsed() > STAYED {
                starts = 0;
            }
            if starts == STARTS {
                return lost();
            }
            sleep(pause(starts)).await;
            starts += 1;
            tracing::warn!(starts, "the private PostgreSQL ended by itself and is started again");
            let Some(cluster) = &mut *self.cluster.lock().await else { return lost() };
            match cluster.revive().await {
                Ok(()) => tracing::info!("the private PostgreSQL is back"),
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), "the private PostgreSQL does not start");
                }
            }
        }
    }
}

/// None before the first start, then a second, two, four …
fn pause(starts: u32) -> Duration {
    match starts {
        0 => Duration::ZERO,
        starts => Duration::from_secs(1 << (starts - 1).min(5)).min(PAUSE),
    }
}

fn lost() -> Fault {
    Fault::new(
        "DATABASE_LOST",
        "the private PostgreSQL ended by itself, again and again; its log (postgres.log in the data directory) says why",
        "PostgreSQL nội bộ liên tục tự dừng; nguyên nhân có trong tệp postgres.log ở thư mục dữ liệu",
    )
}
