//! A file is handed in: staged, and applied if so wished.

use super::{By, Failure, Pipeline};
use crate::ingest::stage::{ImportError, Report, stage};
use crate::ingest::{Input, Options};

/// What shall become of a file once its rows are staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing before somebody has looked at the difference.
    Look,
    /// Apply it, unless it withdraws so much that a person must agree.
    Apply,
}

/// Where an import has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Rows are read and mapped.
    Reading,
    /// Entities are matched, merged and written.
    Applying,
    /// Done.
    Done,
}

/// How far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Stage.
    pub stage: Stage,
    /// Rows done in it.
    pub done: u64,
    /// Of how many; 0 when not known.
    pub total: u64,
}

/// What became of a file.
#[derive(Debug)]
pub struct Received {
    /// Rows by outcome, first issues.
    pub report: Report,
    /// What applying changed; none when it was not applied (see the import's state).
    pub outcome: Option<super::Outcome>,
}

impl Pipeline {
    /// Takes a file in. The same file again is the earlier import.
    pub async fn receive(
        &self,
        by: &By,
        input: Input,
        options: &Options,
        wish: Wish,
        progress: &(dyn Fn(Progress) + Sync + Send),
    ) -> Result<Received, Failure> {
        let reading = |done, total| progress(Progress { stage: Stage::Reading, done, total });
        let now = self.clock.now();
        let (pool, catalog) = (&self.pool, &self.catalog);
        let staged = stage(pool, catalog, &self.registers, &self.places, input, options, now, &reading).await;
        let report = staged.map_err(|error| match error {
            ImportError::Fault(fault) => Failure::Fault(fault),
            ImportError::Internal(error) => Failure::Internal(error),
        })?;
        let mut outcome = None;
        if wish == Wish::Apply {
            progress(Progress { stage: Stage::Applying, done: 0, total: 0 });
            outcome = Some(self.apply(by, report.import_id, false).await?);
        }
        progress(Progress { stage: Stage::Done, done: 0, total: 0 });
        Ok(Received { report, outcome })
    }
}
