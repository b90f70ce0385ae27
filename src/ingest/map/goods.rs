//! What a row names beside an owner speaks for the owner, too: a maker is known by its goods.

use serde_json::Value;

use crate::ingest::register::Owned;
use crate::store::record::SourceRecord;

/// Tells the records of a row that own others how those are called.
pub(super) fn tell_owners(owned: &Owned, records: &mut [SourceRecord]) {
    let mut told = Vec::new();
    for record in records.iter() {
        let Some(rule) = owned.0.get(&*record.entity) else { continue };
        let Some(owner) = record.refs.get(&rule.owner) else { continue };
        let name = |field: &String| record.fields.get(field).and_then(Value::as_str);
        told.extend(rule.names.iter().filter_map(name).map(|name| (*owner, name.to_owned())));
    }
    for (owner, name) in told {
        if let Some(record) = records.iter_mut().find(|record| record.id == owner) {
            record.evidence.goods.push(name);
        }
    }
}
