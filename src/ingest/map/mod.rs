//! Rows → source records and issues. Every data row is accepted, unchanged, quarantined or a duplicate, and
//! nothing is lost: all rows go on verbatim. Pure; staging writes what comes out.

mod change;
mod context;
mod contradiction;
mod field;
mod further;
mod goods;
mod headings;
mod issuer;
mod key;
mod mend;
mod outcome;
mod plan;
mod prepare;
mod reference;
mod reject;
mod repeat;
mod row;
mod surplus;
mod twins;
mod unfilled;
mod units;
mod unmapped;
mod whereabouts;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

pub use mend::Mend;
pub use outcome::{Counts, Issue, Outcome, RawRow, Severity, Staged};
pub use prepare::{NO_ROWS, Prepared, SheetRead, prepare, prepare_book, prepare_mended};

use super::cell::Cell;
use super::layout::RowKind;
use super::place::{Place, Places};
use super::register::Register;
use context::{RowContext, Sections};

/// What every row of a file shares.
pub(crate) struct Shared<'a> {
    pub register: &'a Register,
    pub places: &'a Places,
    pub province: &'a str,
    pub scope: &'a str,
    pub as_of: NaiveDate,
    pub import_id: Uuid,
    pub decisions: issuer::Decisions,
    pub known: reference::Known,
    /// Columns that the file has and fills nowhere: their blank cells say nothing.
    pub unfilled: HashSet<String>,
    /// What keys of those end in that the keys alone would make one.
    pub twins: twins::Twins,
    /// Places found so far.
    pub asked: RefCell<HashMap<whereabouts::Asked, Place>>,
}

/// Maps a prepared file. `known` holds what the current delivery of the scope says (see [`content_hash`]);
/// `progress` is told how many rows of how many are done.
pub fn map(
    file: &Prepared<'_>,
    places: &Places,
    import_id: Uuid,
    known: &HashSet<u64>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Staged {
    let mut mapper = Mapper::new(file, places, import_id, known, progress);
    let mut all = Staged::default();
    while let Some(batch) = mapper.next(usize::MAX) {
        all.rows.extend(batch.rows);
        all.issues.extend(batch.issues);
        all.records.extend(batch.records);
        all.counts = batch.counts;
    }
    all
}

/// A file on its way from rows to records, so many rows at a time: what is staged need not be held.
pub struct Mapper<'a> {
    shared: Shared<'a>,
    file: &'a Prepared<'a>,
    known: &'a HashSet<u64>,
    progress: &'a (dyn Fn(u64, u64) + Sync),
    seen: Seen,
    said: contradiction::Said,
    sections: Sections,
    /// The sheet and the row that come next.
    at: (usize, usize),
    done: u64,
    total: u64,
    counts: Counts,
    begun: bool,
}

/// Contents of rows, as hashes, and where each was typed first.
type Seen = HashMap<u128, (usize, i32)>;

impl<'a> Mapper<'a> {
    /// At the first row.
    pub fn new(
        file: &'a Prepared<'a>,
        places: &'a Places,
        import_id: Uuid,
        known: &'a HashSet<u64>,
        progress: &'a (dyn Fn(u64, u64) + Sync),
    ) -> Self {
        let mut shared = Shared {
            register: file.register,
            places,
            province: &file.province,
            scope: &file.scope,
            as_of: file.as_of,
            import_id,
            decisions: issuer::Decisions::new(),
            known: reference::known(file),
            unfilled: unfilled::columns(file),
            twins: twins::Twins::new(),
            asked: RefCell::default(),
        };
        shared.decisions = issuer::decisions(&shared, file);
        shared.twins = twins::find(&shared, file);
        Self {
            shared,
            file,
            known,
            progress,
            seen: Seen::new(),
            said: contradiction::Said::new(),
            sections: Sections::default(),
            at: (0, 0),
            done: 0,
            total: file.sheets.iter().map(|s| s.sheet.rows.len() as u64).sum(),
            counts: Counts::default(),
            begun: false,
        }
    }

    /// What comes of the next rows, at most so many; none when all are mapped. The counts are those of all rows
    /// so far.
    pub fn next(&mut self, rows: usize) -> Option<Staged> {
        let mut staged = Staged { counts: self.counts, ..Staged::default() };
        let first = !std::mem::replace(&mut self.begun, true);
        if first {
            staged.issues.extend(self.file.notes.iter().map(Issue::of_file));
        }
        let mut left = rows;
        while let Some(sheet) = self.file.sheets.get(self.at.0) {
            if self.at.1 == 0 {
                staged.issues.extend(unmapped::columns(sheet, &self.file.sheets));
                staged.issues.extend(headings::doubtful(sheet, self.file.register));
                self.sections = Sections::default();
            }
            while self.at.1 < sheet.sheet.rows.len() {
                if left == 0 {
                    self.counts = staged.counts;
                    return Some(staged);
                }
                left -= 1;
                let row = (self.at.0, self.at.1);
                one(
                    &self.shared,
                    self.file,
                    row,
                    &mut self.sections,
                    (&mut self.seen, &mut self.said),
                    self.known,
                    &mut staged,
                );
                self.at.1 += 1;
                self.done += 1;
                if self.done.is_multiple_of(256) {
                    (self.progress)(self.done, self.total);
                }
            }
            self.at = (self.at.0 + 1, 0);
        }
        (self.progress)(self.total, self.total);
        self.counts = staged.counts;
        (first || !staged.rows.is_empty() || !staged.issues.is_empty()).then_some(staged)
    }
}

fn one(
    shared: &Shared<'_>,
    file: &Prepared<'_>,
    (at, i): (usize, usize),
    sections: &mut Sections,
    (seen, said): (&mut Seen, &mut contradiction::Said),
    known: &HashSet<u64>,
    staged: &mut Staged,
) {
    let sheet = &file.sheets[at];
    let raw = &sheet.sheet.rows[i];
    let kind = sheet.kind(i);
    // The headings of a JSON export are made up, whether its items are read or not; they are no row of the file.
    if raw.no == 0 && raw.verbatim.is_none() {
        return;
    }
    let mut outcome = None;
    match kind {
        RowKind::Section(style, text) => sections.enter(shared, *style, text),
        RowKind::Data(table) => {
            let context = RowContext { shared, sheet, index: i, table: *table, sections, part: None };
            let mut mapped = repeat::map(&context);
            // Typed twice inside a merged block, the second copy lacks what is merged.
            let copied = sections.last.filter(|(before, _)| is_copy(sheet, *before, i)).map(|(_, no)| no);
            // Sheets say something of their rows, as of which year they are: alike is what says the same.
            let content = if file.sheets.len() > 1 { says(&mapped) } else { mapped.content };
            let what = if let Some(no) = copied {
                mapped.repeats(sheet, raw.no, &sheet.sheet.name, no);
                Outcome::Duplicate
            } else if mapped.quarantined {
                Outcome::Quarantined
            } else if let Some((other, no)) = seen.get(&content).copied() {
                mapped.repeats(sheet, raw.no, &file.sheets[other].sheet.name, no);
                Outcome::Duplicate
            } else {
                seen.insert(content, (at, raw.no));
                let is_known = |r| !known.is_empty() && known.contains(&content_hash(r));
                let same = mapped.records.iter().all(is_known);
                if same { Outcome::Unchanged } else { Outcome::Accepted }
            };
            if matches!(what, Outcome::Accepted | Outcome::Unchanged) {
                mapped.issues.extend(contradiction::issues(&context, &mapped.records, said));
            }
            sections.last = (what != Outcome::Quarantined).then(|| (i, copied.unwrap_or(raw.no)));
            staged.counts.add(what);
            staged.issues.append(&mut mapped.issues);
            if matches!(what, Outcome::Accepted | Outcome::Unchanged) {
                staged.records.append(&mut mapped.records);
            }
            outcome = Some(what);
        }
        _ => {}
    }
    staged.rows.push(RawRow {
        sheet: sheet.sheet.name.clone(),
        no: raw.no,
        kind: kind.word(),
        outcome,
        cells: raw.json_text(),
    });
}

/// The content of a row with what its records say, as a number.
fn says(mapped: &row::Mapped) -> u128 {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(mapped.content.to_le_bytes());
    mapped.records.iter().for_each(|record| hash.update(content_hash(record).to_le_bytes()));
    hash.finalize().iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

/// Whether a row's own cells, its number too, say what those of another say; never of rows with too few to tell
/// them apart by.
fn is_copy(sheet: &SheetRead, before: usize, i: usize) -> bool {
    let (own, other) = (&sheet.sheet.rows[i].cells, &sheet.sheet.rows[before].cells);
    let says = |cell: &Cell| super::fold::tone(&cell.text());
    let mut filled = 0;
    for at in 0..own.len().max(other.len()) {
        match (own.get(at).unwrap_or(&Cell::Empty), other.get(at).unwrap_or(&Cell::Empty)) {
            (a, b) if a == b => filled += usize::from(!a.is_blank() && !says(a).is_empty()),
            (a, b) => {
                let (a, b) = (says(a), says(b));
                if a != b {
                    return false;
                }
                filled += usize::from(!a.is_empty());
            }
        }
    }
    filled >= 4
}

/// What a record says, as a number: equal for equal statements of the same thing, whatever the delivery.
pub fn content_hash(record: &crate::store::record::SourceRecord) -> u64 {
    let fields: serde_json::Map<String, Value> =
        record.fields.iter().map(|(k, v)| (k.to_owned(), v.clone())).collect();
    let evidence = serde_json::to_value(&record.evidence).unwrap_or_default();
    content_hash_of(&record.entity, &record.key, &Value::Object(fields), &evidence)
}

/// As [`content_hash`], of a record as the store has it.
pub fn content_hash_of(entity: &str, key: &str, fields: &Value, evidence: &Value) -> u64 {
    use sha2::{Digest, Sha256};
    let digest =
        Sha256::digest(format!("{entity}\0{key}\0{}\0{}", sorted(fields), sorted(evidence)).as_bytes());
    digest.iter().take(8).fold(0, |sum, b| (sum << 8) | u64::from(*b))
}

/// JSON with its keys in order, whatever order they came in.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let parts: Vec<String> = keys.iter().map(|k| format!("{k:?}:{}", sorted(&map[*k]))).collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(sorted).collect::<Vec<_>>().join(",")),
        value => value.to_string(),
    }
}
