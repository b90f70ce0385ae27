//! A row whose headings hold values ("2023", "2024") says several things of the same kind, one for each.

use std::collections::HashMap;

use uuid::Uuid;

use super::context::RowContext;
use super::outcome::Severity;
use super::row::{self, Mapped};
use crate::store::id;
use crate::store::record::SourceRecord;

/// Maps a row, once for each heading that holds a value and has one here; as it stands where none has.
pub(super) fn map(context: &RowContext<'_>) -> Mapped {
    let repeats = context.sheet.analysis.as_ref().and_then(|a| a.repeats.get(&context.table));
    let values = &context.shared.register.model.shape.unpivot;
    let mut out: Option<Mapped> = None;
    for table in repeats.into_iter().flatten() {
        let one = RowContext { table: *table, ..*context };
        if !values.iter().any(|rule| one.text(&rule.value).is_some()) {
            continue;
        }
        let mapped = row::map(&one);
        out = Some(match out {
            None => mapped,
            Some(before) => joined(context, before, mapped, *table),
        });
    }
    out.unwrap_or_else(|| row::map(context))
}

/// What two headings of one row say together; what both say stands once.
fn joined(context: &RowContext<'_>, mut before: Mapped, after: Mapped, table: usize) -> Mapped {
    let mut ids: HashMap<Uuid, Uuid> = HashMap::new();
    for mut record in after.records {
        for to in record.refs.values_mut() {
            *to = ids.get(to).copied().unwrap_or(*to);
        }
        match before.records.iter().find(|known| says_the_same(known, &record)) {
            Some(known) => {
                ids.insert(record.id, known.id);
            }
            None => {
                let own = id::stable(context.shared.as_of, &format!("{}|{table}", record.id));
                ids.insert(record.id, own);
                record.id = own;
                before.records.push(record);
            }
        }
    }
    for issue in after.issues {
        if !before.issues.contains(&issue) {
            before.issues.push(issue);
        }
    }
    before.quarantined |= before.issues.iter().any(|i| i.severity == Severity::Quarantine);
    if before.quarantined {
        before.records.clear();
    }
    before
}

fn says_the_same(a: &SourceRecord, b: &SourceRecord) -> bool {
    (&a.entity, &a.key, &a.fields, &a.refs, a.observed_on)
        == (&b.entity, &b.key, &b.fields, &b.refs, b.observed_on)
}
