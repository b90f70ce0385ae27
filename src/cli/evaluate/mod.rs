//! `lienthong match evaluate`: register files and what is true of them in, figures of matching out. Touches no
//! database and writes nothing.

mod judge;
mod labels;
mod load;
mod refs;
mod spread;
mod tell;
#[cfg(test)]
mod tests;
mod truth;
mod words;

use std::path::PathBuf;
use std::time::Instant;

use chrono::NaiveDate;

use super::import::{self, About};
use super::output::say;
use crate::clock::Clock;
use crate::error::Fault;
use crate::hub;
use crate::matching::{History, Judgements, cluster};

/// Figures of matching against labels
///
/// Reads register files as import does, matches them in memory and compares with what is known to be true:
/// a column of the registers (--truth), or a file of labels (--labels) with records and the thing each is
/// of, or with pairs that are one or not. Prints precision and recall of pairs after all merging, with and
/// without the pairs listed for people, B-cubed, how many true pairs were compared at all, and the same by
/// kind of evidence.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Register files: .xlsx, .xls, .ods, .csv, .json
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// File of labels: .csv, .tsv, .xlsx, .json, .ndjson
    #[arg(long, value_name = "FILE", conflicts_with = "truth")]
    labels: Option<PathBuf>,

    /// Column of the registers that says which thing a row is of, when its heading is not a usual one
    #[arg(long, value_name = "HEADING")]
    truth: Option<String>,

    /// Headings of the label file, as PART=HEADING; parts: file, sheet, row, id, value; for pairs left_file,
    /// right_row and so on
    #[arg(long, value_name = "PART=HEADING", value_parser = part)]
    columns: Vec<(String, String)>,

    /// How the label file counts rows, when that is not to be found out
    #[arg(long, value_enum)]
    rows: Option<refs::Counting>,

    /// Entity type to measure; else the one that all labelled rows speak of
    #[arg(long, value_name = "TYPE")]
    entity: Option<String>,

    #[command(flatten)]
    about: About,

    /// Directory with further register files (TOML)
    #[arg(long, value_name = "DIR")]
    registers: Option<PathBuf>,

    /// How many wrong merges and missed pairs to list
    #[arg(long, value_name = "N", default_value_t = 10)]
    show: usize,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

fn part(text: &str) -> Result<(String, String), String> {
    let (part, heading) = text.split_once('=').ok_or("expected PART=HEADING")?;
    Ok((part.trim().to_owned(), heading.trim().to_owned()))
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let report = evaluate(arguments, Clock::System.today())?;
    say(&if arguments.json { tell::json(&report)? } else { tell::text(&report) })
}

fn evaluate(arguments: &Arguments, today: NaiveDate) -> anyhow::Result<tell::Report> {
    let catalog = hub::load_catalog()?;
    let options = arguments.about.options();
    let started = Instant::now();
    let column = match (&arguments.labels, &arguments.truth) {
        (Some(_), _) => load::TruthColumn::None,
        (None, None) => load::TruthColumn::Usual,
        (None, Some(heading)) => load::TruthColumn::Named(heading.clone()),
    };
    let own = arguments.registers.as_deref();
    let loaded = load::load(&catalog, own, &arguments.files, &options, today, &column)?;
    let read_ms = started.elapsed().as_millis();
    let truth = match &arguments.labels {
        Some(path) => {
            let labels = labels::read(&import::read(path)?.bytes, &arguments.columns)?;
            truth::of_labels(&loaded, labels, arguments.rows)?
        }
        None => truth::of_column(&loaded, arguments.truth.as_deref())?,
    };
    let entity = truth::entity(&catalog, &loaded, &truth, arguments.entity.as_deref())?;
    let started = Instant::now();
    let clusters = cluster(&catalog, &loaded.records, &History::new(), &Judgements::default());
    let match_ms = started.elapsed().as_millis();
    let mut report = judge::judge(entity, &loaded, &truth, &clusters, arguments.show);
    (report.milliseconds.read, report.milliseconds.matching) = (read_ms, match_ms);
    Ok(report)
}

/// A fault of this command that names what was expected.
fn fault(code: &'static str, en: impl Into<String>, vi: impl Into<String>) -> Fault {
    Fault::new(code, en, vi)
}
