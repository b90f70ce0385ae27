//! A file → the tables of the pipeline: received in one transaction, staged in another. The same file twice
//! is one import; a crash between the two leaves a received import that the next run completes.

mod again;
mod copy;
mod report;
mod store;
mod write;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

pub use again::{Again, again};
pub use report::Report;

use super::map::{Mapper, Prepared, prepare_book};
use super::place::Places;
use super::read::{self, Limits, Workbook};
use super::register::Registers;
use super::{Input, Options, about};
use crate::catalog::Catalog;
use crate::error::Fault;
use crate::store::{apart::apart, id};

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file, or what was said of it, is at fault.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The hub is.
    #[error("import failed")]
    Internal(#[source] anyhow::Error),
}

impl From<sqlx::Error> for ImportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// How a file was handed in.
pub struct Receipt<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Whether it shall be applied as soon as it is staged, after a crash too.
    pub wanted: bool,
    /// Whether registers of this office in this province are taken from them; asked before anything is kept.
    pub permit: &'a (dyn Fn(&str, &str) -> Result<(), Fault> + Sync),
}

/// What identifies an import.
pub(super) struct Identity {
    pub id: Uuid,
    pub sha256: Vec<u8>,
    pub as_of: NaiveDate,
}

/// Imports one file up to the state STAGED. `progress` is told how many rows of how many are done.
#[expect(clippy::too_many_arguments, reason = "each is a thing of its own that the caller holds")]
pub async fn stage(
    pool: &PgPool,
    catalog: &Catalog,
    registers: &Registers,
    places: &Places,
    input: Input,
    options: &Options,
    receipt: &Receipt<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, ImportError> {
    registers.check(catalog)?;
    let sha256 = Sha256::digest(&input.bytes).to_vec();
    let Input { name, bytes } = input;
    let (book, bytes) = read_apart(bytes).await?;
    let today = (receipt.at + TimeDelta::hours(7)).date_naive();
    let mut file = apart(|| prepare_book(book, &name, registers, places, options, today))?;
    (receipt.permit)(&file.register.model.office, &file.province)?;
    if file.as_of_guessed {
        match store::day_taken_before(pool, &file, &sha256).await? {
            Some(day) => file.as_of = day,
            // Taken for today's, it would outrank deliveries that say their day.
            None if store::has_delivery(pool, &file.scope).await? => return Err(about::must_say_day().into()),
            None => {}
        }
    }
    let identity = identify(&file, sha256);
    store::receive(pool, &file, places, &identity, &name, &bytes, receipt).await?;
    drop(bytes);
    let mut tx = pool.begin().await?;
    store::lock(&mut tx, &file.scope).await?;
    if store::is_staged(&mut tx, identity.id).await? {
        tx.rollback().await?;
        return Ok(report::earlier(pool, &file, identity.id).await?);
    }
    let known = store::known(&mut tx, &file.scope, identity.id).await?;
    let mapper = apart(|| Mapper::new(&file, places, identity.id, &known, progress));
    let told = write::all(&mut tx, identity.id, mapper).await.map_err(ImportError::Internal)?;
    store::finish(&mut tx, identity.id, &told.counts).await?;
    tx.commit().await?;
    Ok(report::fresh(&name, &file, identity.id, told))
}

fn identify(file: &Prepared<'_>, sha256: Vec<u8>) -> Identity {
    let hex = id::hexadecimal(&sha256);
    let words = format!("import|{hex}|{}|{}", file.scope, file.register.version);
    Identity { id: id::stable(file.as_of, &words), sha256, as_of: file.as_of }
}

/// Reads the file on a thread of its own, where a panic of a reader is one file's misfortune.
async fn read_apart(bytes: Vec<u8>) -> Result<(Workbook, Vec<u8>), ImportError> {
    let task = tokio::task::spawn_blocking(move || (read::read(&bytes, &Limits::default()), bytes));
    match task.await {
        Ok((book, bytes)) => Ok((book?, bytes)),
        Err(error) if error.is_panic() => Err(read::reader_failed().into()),
        Err(error) => Err(ImportError::Internal(error.into())),
    }
}
