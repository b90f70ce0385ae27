//! Rows → source records and issues. Every data row is accepted, unchanged, quarantined or a duplicate, and
//! nothing is lost: all rows go on verbatim. Pure; staging writes what comes out.

mod change;
mod context;
mod field;
mod further;
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
mod units;
mod unmapped;
mod whereabouts;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

pub use mend::{Mend, mend};
pub use outcome::{Counts, Issue, Outcome, RawRow, Severity, Staged};
pub use prepare::{Prepared, SheetRead, prepare, prepare_book};

use super::layout::RowKind;
use super::place::Places;
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
    let mut shared = Shared {
        register: file.register,
        places,
        province: &file.province,
        scope: &file.scope,
        as_of: file.as_of,
        import_id,
        decisions: issuer::Decisions::new(),
        known: reference::known(file),
    };
    shared.decisions = issuer::decisions(&shared, file);
    let total = file.sheets.iter().map(|s| s.sheet.rows.len() as u64).sum();
    let mut staged = Staged::default();
    let mut seen: HashMap<String, (String, i32)> = HashMap::new();
    let mut done = 0;
    for note in &file.notes {
        staged.issues.push(Issue::of_file(note));
    }
    for sheet in &file.sheets {
        staged.issues.extend(unmapped::columns(sheet, &file.sheets));
        let mut sections = Sections::default();
        for i in 0..sheet.sheet.rows.len() {
            one(&shared, sheet, i, &mut sections, &mut seen, known, &mut staged);
            done += 1;
            if done % 256 == 0 {
                progress(done, total);
            }
        }
    }
    progress(total, total);
    staged
}

fn one(
    shared: &Shared<'_>,
    sheet: &SheetRead,
    i: usize,
    sections: &mut Sections,
    seen: &mut HashMap<String, (String, i32)>,
    known: &HashSet<u64>,
    staged: &mut Staged,
) {
    let raw = &sheet.sheet.rows[i];
    let kind = sheet.kind(i);
    // The headings of a JSON export are made up; they are no row of the file.
    if raw.no == 0 && kind == &RowKind::Header {
        return;
    }
    let mut outcome = None;
    let verbatim = verbatim(sheet, i);
    match kind {
        RowKind::Section(style, text) => sections.enter(shared, *style, text),
        RowKind::Data(table) => {
            let context = RowContext { shared, sheet, index: i, table: *table, sections, part: None };
            let mut mapped = repeat::map(&context);
            // Typed twice inside a merged block, the second copy lacks what is merged.
            let copied = sections.last.as_ref().filter(|(text, _)| *text == verbatim).map(|(_, no)| *no);
            let what = if let Some(no) = copied {
                mapped.repeats(sheet, raw.no, &sheet.sheet.name, no);
                Outcome::Duplicate
            } else if mapped.quarantined {
                Outcome::Quarantined
            } else if let Some((name, no)) = seen.get(&mapped.content) {
                mapped.repeats(sheet, raw.no, name, *no);
                Outcome::Duplicate
            } else {
                seen.insert(mapped.content.clone(), (sheet.sheet.name.clone(), raw.no));
                let same = mapped.records.iter().all(|r| known.contains(&content_hash(r)));
                if same { Outcome::Unchanged } else { Outcome::Accepted }
            };
            sections.last = (what != Outcome::Quarantined).then(|| (verbatim, copied.unwrap_or(raw.no)));
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
        cells: raw.json(),
    });
}

/// A row's own cells, its number too; empty when there are too few to tell rows apart by.
fn verbatim(sheet: &SheetRead, i: usize) -> String {
    let texts: Vec<String> = sheet.sheet.rows[i].cells.iter().map(|c| super::fold::tone(&c.text())).collect();
    let filled = texts.iter().filter(|t| !t.is_empty()).count();
    if filled >= 4 { texts.join("\u{1}") } else { format!("row {i}") }
}

/// What a record says, as a number: equal for equal statements of the same thing, whatever the delivery.
pub fn content_hash(record: &crate::store::record::SourceRecord) -> u64 {
    let fields: serde_json::Map<String, Value> =
        record.fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
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
