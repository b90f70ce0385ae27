//! `lienthong import FILE…`: files read, staged and merged, and what became of them told.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::audited::audited;
use super::opened::with_hub;
use super::output::say;
use super::progress::Progress;
use super::report::{self, FileReport};
use crate::config::{Config, Settings};
use crate::error::Fault;
use crate::hub::Hub;
use crate::ingest::read::{Limits, LoadError, load};
use crate::ingest::{Input, Options};
use crate::merge::{self, Applied};
use crate::pipeline::{By, Failure, Pipeline};

/// Import files that offices keep
///
/// Recognises which register a file is, keeps every row as it came, and ends with a table: rows read,
/// accepted, unchanged, quarantined and duplicate. The same file again changes nothing. A file that is
/// refused does not stop the others; the exit code is then 1.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) what: What,
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Debug, clap::Args)]
pub(super) struct What {
    /// Files, told by what they hold: .xlsx, .xlsb, .xls, .ods, .csv, .tsv, .json, .ndjson
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    about: About,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

// What is said of files beside their bytes.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct About {
    /// Register the files are, when it is not to be recognised
    #[arg(long, value_name = "NAME")]
    register: Option<String>,

    /// Province whose office sends them: statistical code, of before July 2025 or of today
    #[arg(long, value_name = "CODE")]
    province: Option<String>,

    /// Day the files speak of, YYYY-MM-DD, when they do not say so
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
}

impl About {
    /// For reading them.
    pub(super) fn options(&self) -> Options {
        Options { register: self.register.clone(), province: self.province.clone(), as_of: self.as_of }
    }
}

pub(super) async fn run(config: Config, what: What) -> anyhow::Result<()> {
    let options = what.about.options();
    with_hub(config, async |hub| {
        let inputs = what.files.iter().map(|path| (path.display().to_string(), read(path)));
        let files = what.files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
        let importing = async || import(hub, inputs, &options).await;
        let Imported { reports, applied } =
            audited(hub, "operator", "import", Some(files), importing).await?;
        say(&match what.json {
            true => report::json(&reports)?,
            false => report::table(&reports) + &report::merged(applied.as_ref()),
        })?;
        match reports.iter().filter(|report| report.fault.is_some()).count() {
            0 => Ok(()),
            refused => Err(some_refused(refused, reports.len()).into()),
        }
    })
    .await
}

/// What became of the files, and of the entities; no entities are touched when every file is refused.
pub(super) struct Imported {
    pub(super) reports: Vec<FileReport>,
    pub(super) applied: Option<Applied>,
}

/// Imports files one after the other, then merges once.
pub(super) async fn import(
    hub: &Hub,
    inputs: impl ExactSizeIterator<Item = (String, anyhow::Result<Input>)>,
    options: &Options,
) -> anyhow::Result<Imported> {
    let pipeline = &hub.pipeline;

    let progress = Progress::over(inputs.len());
    let mut reports = Vec::new();
    for (name, input) in inputs {
        progress.doing(&name);
        let report = match input {
            Ok(input) => stage_one(pipeline, input, options).await,
            Err(error) => Err(error),
        };
        reports.push(report.unwrap_or_else(|error| FileReport::refused(&name, &error)));
        progress.done();
    }
    let mut applied = None;
    if reports.iter().any(|report| report.fault.is_none()) {
        progress.doing("merging");
        let staged: Vec<_> = reports.iter().filter(|r| r.fault.is_none()).map(|r| r.import_id).collect();
        let all = pipeline.apply_all(&By::operator(), &staged, false).await.map_err(internal)?;
        for report in reports.iter_mut().filter(|report| all.held.contains_key(&report.import_id)) {
            report.held = all.held.get(&report.import_id).and_then(|outcome| outcome.held.clone());
        }
        applied = all.applied;
        if let Some(applied) = &mut applied {
            merge::count(&pipeline.pool, &pipeline.catalog, applied).await?;
        }
        tell_superseded(hub, &mut reports).await?;
    }
    Ok(Imported { reports, applied })
}

/// Marks the imports that do not count because a later delivery is there.
async fn tell_superseded(hub: &Hub, reports: &mut [FileReport]) -> anyhow::Result<()> {
    let counting: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from current_import").fetch_all(&hub.database.work_pool).await?;
    for report in reports.iter_mut().filter(|report| report.fault.is_none()) {
        report.superseded = !counting.contains(&report.import_id);
    }
    Ok(())
}

async fn stage_one(pipeline: &Pipeline, input: Input, options: &Options) -> anyhow::Result<FileReport> {
    match pipeline.stage(&By::operator(), input, options, &|_| ()).await {
        Ok(report) => Ok(FileReport::from(report)),
        Err(failure) => Err(internal(failure)),
    }
}

fn internal(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Fault(fault) => fault.into(),
        Failure::Internal(error) => error,
    }
}

/// A file from the disk; what one may cost is said in `ingest::read`.
pub(super) fn read(path: &Path) -> anyhow::Result<Input> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    load(&absolute, &Limits::default()).map_err(|error| match error {
        LoadError::Fault(fault) => fault.into(),
        LoadError::Io { source, .. } => unreadable(path, &source).into(),
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    let path = path.display();
    Fault::new(
        "FILE_UNREADABLE",
        format!("cannot read {path}: {error}"),
        format!("không đọc được {path}: {error}"),
    )
}

fn some_refused(refused: usize, all: usize) -> Fault {
    Fault::new(
        "IMPORT_INCOMPLETE",
        format!("{refused} of {all} files were refused; see above why"),
        format!("{refused} trong {all} tệp bị từ chối; lý do ghi ở trên"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_a_fault() {
        let folder = tempfile::tempdir().expect("a folder");
        let big = folder.path().join("big.csv");
        std::fs::File::create(&big).and_then(|file| file.set_len(200 << 20)).expect("a sparse file");
        for (path, code) in [
            (folder.path().join("none.csv"), "FILE_UNREADABLE"),
            (folder.path().to_owned(), "FILE_UNREADABLE"),
            (big, "FILE_TOO_LARGE"),
        ] {
            let error = read(&path).expect_err(code);
            assert_eq!(error.downcast_ref::<Fault>().map(|fault| fault.code), Some(code));
        }
    }
}
