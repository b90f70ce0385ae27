//! `lienthong register suggest FILE`: a draft of the register file that would read a file, and what is unsure.

use std::fmt::Write;
use std::path::PathBuf;

use super::words::{letter, short};
use super::{input, masks, unwritable};
use crate::cli::output::say;
use crate::config::{self, Settings};
use crate::error::Fault;
use crate::hub::load_catalog;
use crate::ingest::clean::masked;
use crate::ingest::place::Places;
use crate::ingest::read::{self, Limits};
use crate::ingest::recognise;
use crate::ingest::register::Registers;
use crate::ingest::register::suggest::{FileColumn, FileSheet, Meaning, Suggestion, suggest};

/// Draft a register file for a file the hub does not know
///
/// Goes by the headings of all registers and by the looks of the values; tells of each column what it seems to
/// be, how sure that is and why. The draft extends the register the file resembles; a person mends it and runs
/// `lienthong register check`. Personal values are shortened.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// File of an office
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Write the draft there
    #[arg(long, value_name = "X.toml")]
    out: Option<PathBuf>,

    /// Register the file is of, when that is known
    #[arg(long, value_name = "NAME")]
    register: Option<String>,

    #[command(flatten)]
    settings: Settings,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = config::load(arguments.settings)?;
    let registers = Registers::load(&load_catalog()?, config.registers.as_deref())?;
    if let Some(code) = arguments.register.as_deref().filter(|c| registers.get(c).is_none()) {
        return Err(recognise::no_such(code, &registers).into());
    }
    let input = input(&arguments.file)?;
    let book = read::read(&input.bytes, &Limits::default())?;
    let places = Places::load();
    let draft = suggest(&book, &registers, &places, arguments.register.as_deref()).ok_or_else(no_table)?;
    let toml = draft.toml(&arguments.file.display().to_string());
    let mut out = report(&draft);
    match &arguments.out {
        Some(path) => {
            if path.exists() {
                return Err(exists(path).into());
            }
            std::fs::write(path, &toml).map_err(|e| unwritable(path, &e))?;
            let _ = writeln!(out, "\nThe draft is in {}.", path.display());
        }
        None => {
            let _ = write!(out, "\nDraft (--out X.toml writes it to a file)\n\n{toml}");
        }
    }
    say(&out)
}

fn report(draft: &Suggestion<'_>) -> String {
    let mut out = String::new();
    let model = &draft.register.model;
    let fit = draft.rivals.first().map_or(0, |(_, points)| *points);
    if fit == 0 {
        out.push_str(
            "No register resembles it well: it may be a kind of list that has none yet. The nearest:\n",
        );
    }
    let _ = writeln!(out, "It resembles register {} ({} / {}).", model.code, model.title.vi, model.title.en);
    let others: Vec<String> = draft
        .rivals
        .iter()
        .filter(|(c, p)| *c != model.code && *p > 0)
        .take(3)
        .map(|(c, p)| format!("{c} {p}"))
        .collect();
    if !others.is_empty() {
        let own = draft.rivals.first().map_or(0, |(_, p)| *p);
        let _ = writeln!(
            out,
            "Points: {} {own}, {}. Another one is taken with --register.",
            model.code,
            others.join(", ")
        );
    }
    let mut told: Vec<(Vec<&str>, &str)> = Vec::new();
    for sheet in &draft.sheets {
        let name = if sheet.name.is_empty() { "The table" } else { &sheet.name };
        let headings: Vec<&str> = sheet.columns.iter().map(|c| c.heading.as_str()).collect();
        let Some((first, last)) = sheet.headings else {
            let _ = writeln!(out, "\nSheet {name}: no headings found");
            continue;
        };
        let rows = if first == last { format!("row {first}") } else { format!("rows {first}–{last}") };
        let form = sheet.layout.as_deref().unwrap_or("none");
        let _ = writeln!(out, "\nSheet {name}: headings in {rows}, {} rows, form \"{form}\"", sheet.rows);
        if let Some((_, like)) = told.iter().find(|(h, _)| *h == headings) {
            let _ = writeln!(out, "  the same columns as sheet {like}");
            continue;
        }
        told.push((headings, name));
        sheet.columns.iter().for_each(|column| describe(&mut out, draft, column));
        missing(&mut out, draft, sheet);
    }
    for (vocabulary, words) in &draft.words {
        let list: Vec<String> = words
            .iter()
            .take(8)
            .map(|(w, (n, near))| {
                format!(
                    "\"{}\" × {n}{}",
                    short(w, 30),
                    near.as_ref().map(|v| format!(" ({v}?)")).unwrap_or_default()
                )
            })
            .collect();
        let _ = writeln!(out, "\nWords that the vocabulary {vocabulary} lacks: {}", list.join(", "));
    }
    out
}

fn describe(out: &mut String, draft: &Suggestion<'_>, column: &FileColumn) {
    let heading = if column.heading.is_empty() {
        "(no heading)".to_owned()
    } else {
        short(&masked(&column.heading), 44)
    };
    let _ = write!(out, "  {:>2}  {heading} → ", letter(column.at));
    let name = match &column.meaning {
        Meaning::Column(name) => Some(name.as_str()),
        Meaning::Unknown => None,
        Meaning::Shaped => {
            let _ = writeln!(out, "see the tables at the end of the draft");
            return;
        }
    };
    let guess = column.guesses.iter().find(|g| Some(g.column.as_str()) == name);
    match guess {
        Some(guess) => {
            let mark = if guess.is_sure() { "" } else { "  ?" };
            let known = if guess.is_known() { "known heading".to_owned() } else { guess.why() };
            let _ =
                writeln!(out, "{} {} %{mark}  ({known})", guess.column, (guess.confidence * 100.0).round());
        }
        None if column.looks.filled == 0 => {
            let _ = writeln!(out, "not understood, and empty");
        }
        None => {
            let _ = writeln!(out, "not understood");
        }
    }
    let samples: Vec<String> =
        column.looks.samples.iter().map(|s| short(&sample(draft, column, name, s), 40)).collect();
    if !samples.is_empty() {
        let looks = column.looks.most().map(|(k, s)| format!("; {} % look like: {k}", (s * 100.0).round()));
        let _ = writeln!(out, "        e.g. {}{}", samples.join(" | "), looks.unwrap_or_default());
    }
    let sure = guess.is_some_and(|g| g.is_sure());
    let others: Vec<String> = (column.guesses.iter())
        .filter(|g| !sure && Some(g.column.as_str()) != name)
        .take(3)
        .map(|g| format!("{} {} %", g.column, (g.confidence * 100.0).round()))
        .collect();
    if !others.is_empty() {
        let _ = writeln!(out, "        or: {}", others.join(", "));
    }
}

/// A value, shortened where it may be personal: by the column it seems to be or by its looks.
fn sample(draft: &Suggestion<'_>, column: &FileColumn, name: Option<&str>, text: &str) -> String {
    let looks = |kind| column.looks.share(kind) >= 0.5;
    if looks("phone") || looks("tax code") {
        return masks::hidden(text);
    }
    if looks("person") && !looks("commune") && !looks("district") && !looks("organisation") {
        return masks::hidden(text);
    }
    match masks::of_cell(draft.register, name, text) {
        shown if looks("organisation") || name.is_none() => {
            if looks("organisation") {
                masks::name(draft.register, &shown)
            } else {
                shown
            }
        }
        shown => shown,
    }
}

fn missing(out: &mut String, draft: &Suggestion<'_>, sheet: &FileSheet) {
    for required in &sheet.missing {
        let first = |c: &str| {
            let column = draft.register.model.column.get(c.trim());
            column
                .and_then(|c| c.headers.first())
                .map_or(c.trim().to_owned(), |h| format!("{} (\"{h}\")", c.trim()))
        };
        let names: Vec<String> = required.split('|').map(first).collect();
        let _ = writeln!(out, "  missing: {}; without it the sheet is not read", names.join(" or "));
    }
    if !sheet.foreign.is_empty() {
        let _ =
            writeln!(out, "  the headings hold words of another kind of list: {}", sheet.foreign.join(", "));
    }
}

fn no_table() -> Fault {
    Fault::new(
        "NO_TABLE",
        "No row of the file looks like headings over a table. Give a file with one heading for each column.",
        "Không thấy dòng nào giống tiêu đề của một bảng. Hãy đưa tệp có tiêu đề cho từng cột.",
    )
}

fn exists(path: &std::path::Path) -> Fault {
    let path = path.display();
    Fault::new(
        "FILE_EXISTS",
        format!("{path} is there already and was left as it is; name another file with --out"),
        format!("{path} đã có và được giữ nguyên; hãy đặt tên khác với --out"),
    )
}
