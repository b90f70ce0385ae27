//! The computed tables: their columns, and how merged entities become their rows. No I/O.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::field::Field;
use super::load::ImportFacts;
use super::survive::{Merged, MergedRow, Word};
use super::sync::{Column, Line, Table};
use crate::catalog::{Catalog, Entity};
use crate::matching::DoubtfulPair;
use crate::store::id;
use crate::store::record::SourceRecord;

/// The table of an entity type; `generated` columns are PostgreSQL's own.
pub fn entity_table(entity: &Entity, fields: &[Field], generated: &[String]) -> Table {
    let own = fields.iter().filter(|f| !generated.iter().any(|g| g == f.column));
    let columns =
        std::iter::once(Column::new("id", "uuid")).chain(own.map(|f| Column::new(f.column, f.pg_type)));
    Table { name: entity.table.clone(), key: "id", columns: columns.collect(), extra: vec![] }
}

/// A merged entity as a row of [`entity_table`].
pub fn put_entity(
    line: &mut Line,
    row: &MergedRow,
    fields: &[Field],
    generated: &[String],
    records: &[SourceRecord],
) {
    line.show(row.id);
    for (position, field) in fields.iter().enumerate() {
        if generated.iter().any(|g| g == field.column) {
            continue;
        }
        match row.chosen(position) {
            None => line.field(None),
            Some(Word { to: Some(to), .. }) => line.show(to),
            Some(word) => match records[word.record].fields.get(field.name) {
                Some(value) if field.pg_type == "jsonb" => line.show(value),
                Some(value) => line.field(Some(&as_text(value))),
                None => line.field(None),
            },
        }
    }
}

/// Which record belongs to which entity.
pub fn member_table() -> Table {
    let columns = [("record_id", "uuid"), ("entity", "text"), ("entity_id", "uuid")];
    Table { name: "entity_member".into(), key: "record_id", columns: plain(&columns), extra: vec![] }
}

/// Members of all entities that stand: record, type, entity.
pub fn members<'a>(
    merged: &'a [Merged],
    records: &'a [SourceRecord],
) -> impl Iterator<Item = (Uuid, &'a str, Uuid)> {
    merged.iter().flat_map(move |of| {
        let rows = of.rows.iter();
        rows.flat_map(move |row| {
            row.records.iter().map(move |&at| (records[at].id, of.entity.as_str(), row.id))
        })
    })
}

/// What the public sees of a value; see `Mask`.
const PUBLIC_VALUE: &str = r"case n.mask
    when 'open' then n.value
    when 'name' then mask_owner_name(n.value)
    when 'code' then case when length(regexp_replace(n.value, '\D', '', 'g')) <> 12 then n.value end
end";

/// Who says what.
pub fn origin_table() -> Table {
    let mut columns = plain(&[
        ("id", "uuid"),
        ("entity", "text"),
        ("entity_id", "uuid"),
        ("field", "text"),
        ("value", "text"),
        ("chosen", "bool"),
        ("agency_id", "uuid"),
        ("file", "text"),
        ("sheet", "text"),
        ("row", "int4"),
        ("observed_at", "date"),
        ("import_id", "uuid"),
        ("record_id", "uuid"),
    ]);
    columns.push(Column { expression: Some(PUBLIC_VALUE), ..Column::new("public_value", "text") });
    Table { name: "origin".into(), key: "id", columns, extra: vec![("mask", "text")] }
}

/// One word of one record.
#[derive(Debug)]
pub struct Origin<'a> {
    entity: &'a str,
    entity_id: Uuid,
    field: &'a Field<'a>,
    word: &'a Word,
    record: &'a SourceRecord,
}

/// The words of all records of all entities that stand.
pub fn origins<'a>(
    merged: &'a [Merged],
    fields: &'a HashMap<&str, Vec<Field<'a>>>,
    records: &'a [SourceRecord],
) -> impl Iterator<Item = Origin<'a>> {
    merged.iter().flat_map(move |of| {
        let fields = fields.get(of.entity.as_str()).map(Vec::as_slice).unwrap_or_default();
        of.rows.iter().flat_map(move |row| {
            fields.iter().zip(&row.words).flat_map(move |(field, words)| {
                words.iter().map(move |word| Origin {
                    entity: &of.entity,
                    entity_id: row.id,
                    field,
                    word,
                    record: &records[word.record],
                })
            })
        })
    })
}

/// A word as a row of [`origin_table`].
pub fn put_origin(line: &mut Line, origin: &Origin, imports: &HashMap<Uuid, ImportFacts>) {
    let Origin { record, field, word, .. } = origin;
    let import = imports.get(&record.import_id);
    line.show(id::stable(record.observed_on, &format!("origin|{}|{}", record.id, field.name)));
    line.field(Some(origin.entity));
    line.show(origin.entity_id);
    line.field(Some(field.name));
    match (word.to, field.target) {
        (Some(to), Some(target)) => line.field(Some(&id::encode(&target.id_prefix, to))),
        _ => line.field(record.fields.get(field.name).map(as_text).as_deref()),
    }
    line.field(Some(if word.chosen { "t" } else { "f" }));
    line.field(import.and_then(|i| i.agency).map(|a| a.to_string()).as_deref());
    line.field(Some(import.map_or("", |i| &i.file)));
    line.field(Some(&record.sheet));
    line.show(record.row);
    line.show(record.observed_on);
    line.show(record.import_id);
    line.show(record.id);
    line.field(Some(field.mask.as_str()));
}

/// Pairs kept apart.
pub fn doubtful_table() -> Table {
    let columns = [
        ("id", "uuid"),
        ("entity_type", "text"),
        ("left_id", "text"),
        ("right_id", "text"),
        ("reasons", "text"),
    ];
    Table { name: "doubtful_match".into(), key: "id", columns: plain(&columns), extra: vec![] }
}

/// A pair as a row of [`doubtful_table`].
pub fn put_doubtful(line: &mut Line, pair: &DoubtfulPair, catalog: &Catalog) {
    let prefix = catalog.entities.get(&pair.entity).map_or("", |e| e.id_prefix.as_str());
    line.show(id::stable(NaiveDate::default(), &format!("doubtful|{}|{}", pair.left, pair.right)));
    line.field(Some(&pair.entity));
    line.field(Some(&id::encode(prefix, pair.left)));
    line.field(Some(&id::encode(prefix, pair.right)));
    line.field(Some(&pair.reasons));
}

fn plain(columns: &[(&str, &'static str)]) -> Vec<Column> {
    columns.iter().map(|(name, ty)| Column::new(*name, ty)).collect()
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
