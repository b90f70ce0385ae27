//! Rows, issues and records into the tables while the next rows are mapped: at no time is more than a few
//! thousand rows' worth of them held.

use std::sync::mpsc::sync_channel;

use sqlx::PgConnection;
use tokio::runtime::{Handle, RuntimeFlavor};
use uuid::Uuid;

use super::copy::{self, Positions};
use super::report::Told;
use crate::ingest::map::{Mapper, Staged};

/// Rows mapped at a time.
const BATCH: usize = 4096;
/// Batches that may wait for the database.
const WAITING: usize = 2;

/// Writes all that comes of a file, in the connection's transaction.
pub(super) async fn all(
    connection: &mut PgConnection,
    import: Uuid,
    mut mapper: Mapper<'_>,
) -> anyhow::Result<Told> {
    let mut writer = Writer { connection, import, positions: Positions::new(), told: Told::default() };
    let threads = Handle::try_current().is_ok_and(|h| h.runtime_flavor() == RuntimeFlavor::MultiThread);
    if threads {
        tokio::task::block_in_place(|| side_by_side(&mut writer, &mut mapper))?;
    } else {
        while let Some(batch) = mapper.next(BATCH) {
            writer.write(batch).await?;
        }
    }
    Ok(writer.told)
}

/// Maps on a thread of its own and writes on this one.
fn side_by_side(writer: &mut Writer<'_>, mapper: &mut Mapper<'_>) -> anyhow::Result<()> {
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(WAITING);
        let mapping = scope.spawn(move || {
            while let Some(batch) = mapper.next(BATCH) {
                // Nobody receives when writing failed.
                if send.send(batch).is_err() {
                    return;
                }
            }
        });
        let written = Handle::current().block_on(async {
            for batch in &receive {
                writer.write(batch).await?;
            }
            Ok(())
        });
        drop(receive);
        match mapping.join() {
            Ok(()) => written,
            Err(_) => Err(anyhow::anyhow!("mapping the rows gave up")),
        }
    })
}

struct Writer<'c> {
    connection: &'c mut PgConnection,
    import: Uuid,
    positions: Positions,
    told: Told,
}

impl Writer<'_> {
    async fn write(&mut self, batch: Staged) -> anyhow::Result<()> {
        copy::rows(self.connection, self.import, &batch.rows).await?;
        copy::issues(self.connection, self.import, &batch.issues, &mut self.positions).await?;
        copy::records(self.connection, "source_record", &batch.records).await?;
        self.told.add(batch.counts, batch.issues);
        Ok(())
    }
}
