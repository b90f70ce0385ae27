//! Register files → their data rows with what was made of them, in memory. No labels here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::words::is_truth;
use crate::catalog::Catalog;
use crate::cli::import;
use crate::error::Fault;
use crate::ingest::Options;
use crate::ingest::cell::Cell;
use crate::ingest::fold::{flat, tone};
use crate::ingest::layout::RowKind;
use crate::ingest::map::{self, Prepared, SheetRead, prepare_book};
use crate::ingest::place::Places;
use crate::ingest::read::{self, Limits, Workbook};
use crate::ingest::register::Registers;
use crate::store::id;
use crate::store::record::SourceRecord;

/// A register file.
#[derive(Debug, Clone, Default)]
pub(super) struct File {
    /// Name with its nearest folders.
    pub(super) name: String,
    /// Code of the register it was recognised as.
    pub(super) register: String,
    /// Sheets that were read.
    pub(super) sheets: Vec<String>,
    /// Headings that the register does not read.
    pub(super) spare: BTreeSet<String>,
}

/// A data row.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) file: usize,
    pub(super) sheet: String,
    /// Number in the file.
    pub(super) no: i32,
    /// Number among the data rows of its sheet, from 1.
    pub(super) nth: i32,
    /// Heading and text of each cell that is not blank.
    pub(super) cells: Vec<(String, String)>,
    /// Positions of its records; those of the row it repeats, where it does.
    pub(super) records: Vec<usize>,
}

/// All files.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) files: Vec<File>,
    pub(super) rows: Vec<Row>,
    pub(super) records: Vec<SourceRecord>,
}

/// Reads and maps all files; one that cannot be read refuses the whole.
pub(super) fn load(
    catalog: &Catalog,
    own: Option<&Path>,
    paths: &[PathBuf],
    options: &Options,
    today: NaiveDate,
    truth: &TruthColumn,
) -> anyhow::Result<Loaded> {
    let registers = Registers::load(catalog, own)?;
    let places = Places::load();
    let mut out = Loaded::default();
    for path in paths {
        let input = import::read(path)?;
        let book = read::read(&input.bytes, &Limits::default()).map(|book| truth.taken_out(book));
        let read = book.and_then(|b| prepare_book(b, &input.name, &registers, &places, options, today));
        let file = read.map_err(|fault| of_file(&input.name, fault))?;
        add(&mut out, &input.name, &file, &places);
    }
    Ok(out)
}

/// The column of the registers that holds the truth: no register may read it as its own.
#[derive(Debug, Clone)]
pub(super) enum TruthColumn {
    /// There is none, labels say it.
    None,
    /// Under a heading that is usual for it.
    Usual,
    /// Under this heading.
    Named(String),
}

/// What stands in the place of the heading of the truth.
pub(super) const TRUTH: &str = "@truth";
/// Rows among which headings are looked for.
const HEADINGS: usize = 40;

impl TruthColumn {
    fn is(&self, text: &str) -> bool {
        match self {
            Self::None => false,
            Self::Usual => is_truth(text),
            Self::Named(heading) => !text.trim().is_empty() && flat(text) == flat(heading),
        }
    }

    /// The workbook with that heading replaced by one that means nothing to a register, where it is repeated too.
    fn taken_out(&self, mut book: Workbook) -> Workbook {
        for sheet in &mut book.sheets {
            let found = sheet.rows.iter().take(HEADINGS).find_map(|row| {
                let at = row.cells.iter().position(|cell| self.is(&cell.text()))?;
                Some((at, row.cells[at].text()))
            });
            let Some((at, heading)) = found else { continue };
            for row in &mut sheet.rows {
                if let Some(cell) = row.cells.get_mut(at).filter(|cell| cell.text() == heading) {
                    *cell = Cell::Text(TRUTH.to_owned());
                }
            }
        }
        book
    }
}

fn of_file(name: &str, fault: Fault) -> Fault {
    Fault::new(fault.code, format!("{name}: {}", fault.en), format!("{name}: {}", fault.vi))
}

fn add(out: &mut Loaded, name: &str, file: &Prepared<'_>, places: &Places) {
    let import_id = id::stable(file.as_of, &format!("{name}|{}", file.scope));
    let staged = map::map(file, places, import_id, &HashSet::new(), &|_, _| {});
    let mut records: BTreeMap<(String, i32), Vec<usize>> = BTreeMap::new();
    for record in staged.records {
        records.entry((record.sheet.clone(), record.row)).or_default().push(out.records.len());
        out.records.push(record);
    }
    let mut said: HashMap<String, Vec<usize>> = HashMap::new();
    let code = file.register.model.code.clone();
    let mut known = File { name: name.to_owned(), register: code, ..File::default() };
    for sheet in file.sheets.iter().filter(|sheet| sheet.analysis.is_some()) {
        known.sheets.push(sheet.sheet.name.clone());
        known.spare.extend(spare(sheet));
        let mut nth = 0;
        for i in 0..sheet.cells.len() {
            let RowKind::Data(table) = sheet.kind(i) else { continue };
            nth += 1;
            let mut row = row(sheet, i, *table, nth);
            row.file = out.files.len();
            let says = says(sheet, i, *table);
            if let Some(own) = records.remove(&(row.sheet.clone(), row.no)) {
                said.entry(says).or_insert_with(|| own.clone());
                row.records = own;
            } else {
                row.records = said.get(&says).cloned().unwrap_or_default();
            }
            out.rows.push(row);
        }
    }
    out.files.push(known);
}

fn spare(sheet: &SheetRead) -> impl Iterator<Item = String> {
    let mappings = sheet.analysis.iter().flat_map(|a| a.mappings.iter());
    mappings.flat_map(|m| {
        let read: HashSet<usize> = m.columns.values().map(|(at, _)| *at).collect();
        m.headings
            .iter()
            .enumerate()
            .filter(move |(at, _)| !read.contains(at))
            .map(|(_, heading)| heading.clone())
    })
}

fn row(sheet: &SheetRead, i: usize, table: usize, nth: i32) -> Row {
    let headings = sheet.analysis.iter().flat_map(|a| a.mappings.get(table)).flat_map(|m| m.headings.iter());
    let texts = sheet.cells[i].iter().map(|cell| cell.text().trim().to_owned());
    let cells = headings.cloned().zip(texts).filter(|(_, text)| !text.is_empty()).collect();
    let (name, no) = (sheet.sheet.name.clone(), sheet.sheet.rows[i].no);
    Row { sheet: name, no, nth, cells, ..Row::default() }
}

/// What the columns that the register reads say, its running number aside: equal for a row typed twice.
fn says(sheet: &SheetRead, i: usize, table: usize) -> String {
    let columns = sheet.analysis.iter().flat_map(|a| a.mappings.get(table)).flat_map(|m| m.columns.iter());
    let read = columns.filter(|(name, _)| *name != "number");
    read.map(|(_, (at, _))| sheet.cells[i].get(*at).map(|c| tone(&c.text())).unwrap_or_default() + "\u{1}")
        .collect()
}
