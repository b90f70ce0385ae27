//! The computed tables: their columns, and how merged entities become their rows. No I/O.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use super::compute::NodeRow;
use super::field::{Field, Mask};
use super::load::{Deliveries, Part};
use super::survive::{MergedRow, Rival, Word};
use super::sync::{Column, Line, Table};
use crate::catalog::Entity;
use crate::matching::DoubtfulPair;
use crate::store::id;
use crate::store::record::SourceRecord;

/// The table of an entity type; `generated` columns are PostgreSQL's own.
pub fn entity_table(entity: &Entity, fields: &[Field], generated: &[String]) -> Table {
    let own = fields.iter().filter(|f| !generated.iter().any(|g| g == f.column));
    let columns =
        std::iter::once(Column::new("id", "uuid")).chain(own.map(|f| Column::new(f.column, f.pg_type)));
    let extra = vec![("cause_import", "uuid")];
    Table { name: entity.table.clone(), key: "id", columns: columns.collect(), extra }
}

/// A merged entity as a row of [`entity_table`]; of the deliveries being applied, `fresh`, the one that speaks
/// of it is its cause.
pub fn put_entity(
    line: &mut Line,
    row: &MergedRow,
    fields: &[Field],
    generated: &[String],
    records: &[SourceRecord],
    fresh: &[Uuid],
) {
    line.show(row.id);
    for (position, field) in fields.iter().enumerate() {
        if generated.iter().any(|g| g == field.column) {
            continue;
        }
        if let Some(value) = row.pinned.get(&position) {
            match value {
                Value::Null => line.field(None),
                value => line.field(Some(&as_text(value))),
            }
            continue;
        }
        match row.chosen(position) {
            None => line.field(None),
            Some(Word { to: Some(to), .. }) => line.show(to),
            Some(word) => match records[word.record as usize].fields.get(field.name) {
                Some(value) if field.pg_type == "jsonb" => line.show(value),
                Some(value) => line.field(Some(&as_text(value))),
                None => line.field(None),
            },
        }
    }
    let cause = row.records.iter().map(|&at| records[at].import_id).find(|id| fresh.contains(id));
    line.field(cause.map(|id| id.to_string()).as_deref());
}

/// Which record belongs to which entity, and for which fields its word stands.
pub fn member_table() -> Table {
    let columns = [
        ("record_id", "uuid"),
        ("entity", "text"),
        ("entity_id", "uuid"),
        ("chosen", "text[]"),
        ("filler", "text[]"),
    ];
    Table { name: "entity_member".into(), key: "record_id", columns: plain(&columns), extra: vec![] }
}

/// One record of an entity that stands.
#[derive(Debug)]
pub struct Member<'a> {
    entity: &'a str,
    entity_id: Uuid,
    record: &'a SourceRecord,
    chosen: Vec<&'a str>,
    filler: bool,
}

/// Members of the entities of one type.
pub fn members<'a>(
    entity: &'a str,
    rows: &'a [MergedRow],
    fields: &'a [Field<'a>],
    part: &'a Part,
) -> impl Iterator<Item = Member<'a>> {
    rows.iter().flat_map(move |row| {
        let mut chosen: HashMap<u32, Vec<&str>> = HashMap::new();
        for (field, words) in fields.iter().zip(row.words.iter()) {
            if let Some(word) = words.iter().find(|w| w.chosen) {
                chosen.entry(word.record).or_default().push(field.name);
            }
        }
        row.records.iter().map(move |&at| Member {
            entity,
            entity_id: row.id,
            record: &part.words()[at],
            chosen: chosen.remove(&(at as u32)).unwrap_or_default(),
            filler: !part.counts(at),
        })
    })
}

/// A member as a row of [`member_table`].
pub fn put_member(line: &mut Line, member: &Member) {
    line.show(member.record.id);
    line.field(Some(member.entity));
    line.show(member.entity_id);
    line.show(format_args!("{{{}}}", member.chosen.join(",")));
    match member.filler {
        // A mention is a member without a word.
        _ if member.record.evidence.mention => line.show("{}"),
        // Of a replaced delivery only what fills a blank counts as said.
        true => line.show(format_args!("{{{}}}", member.chosen.join(","))),
        false => line.field(None),
    }
}

/// Nodes and their entities.
pub fn node_table() -> Table {
    let columns = [
        ("id", "uuid"),
        ("entity", "text"),
        ("scope", "text"),
        ("key", "text"),
        ("entity_id", "uuid"),
        ("own_id", "uuid"),
        ("standing", "bool"),
        ("block_keys", "int8[]"),
    ];
    Table { name: "node".into(), key: "id", columns: plain(&columns), extra: vec![] }
}

/// A node as a row of [`node_table`].
pub fn put_node(line: &mut Line, entity: &str, node: &NodeRow) {
    line.show(node.placed.node);
    line.field(Some(entity));
    line.field(Some(node.scope));
    line.field(Some(node.key));
    line.show(node.placed.entity_id);
    line.show(node.placed.own_id);
    line.field(Some(if node.standing { "t" } else { "f" }));
    let keys: Vec<String> = node.placed.keys.iter().map(i64::to_string).collect();
    line.show(format_args!("{{{}}}", keys.join(",")));
}

/// Identifiers that are no evidence.
pub fn void_table() -> Table {
    let columns = [("id", "uuid"), ("entity", "text"), ("field", "int4"), ("root", "text")];
    Table { name: "void_identifier".into(), key: "id", columns: plain(&columns), extra: vec![] }
}

/// An identifier as a row of [`void_table`].
pub fn put_void(line: &mut Line, entity: &str, field: usize, root: &str) {
    line.show(void_id(entity, field, root));
    line.field(Some(entity));
    line.show(field);
    line.field(Some(root));
}

/// The id of an identifier that is no evidence.
pub fn void_id(entity: &str, field: usize, root: &str) -> Uuid {
    id::stable(NaiveDate::default(), &format!("void|{entity}|{field}|{root}"))
}

/// Words that contradict what stands.
pub fn conflict_table() -> Table {
    let masked = |expression| Some(expression);
    let mut columns = plain(&[
        ("id", "uuid"),
        ("entity_type", "text"),
        ("entity_id", "uuid"),
        ("field", "text"),
        ("office", "text"),
        ("agency_id", "uuid"),
        ("value", "text"),
        ("standing_value", "text"),
        ("standing_agency_id", "uuid"),
        ("status", "text"),
        ("import_id", "uuid"),
    ]);
    let public = |name: &str, expression| Column { expression, ..Column::new(name, "text") };
    columns.push(public("public_value", masked("public_value(n.mask, n.value, n.entity_id)")));
    columns
        .push(public("public_standing_value", masked("public_value(n.mask, n.standing_value, n.entity_id)")));
    Table { name: "conflict".into(), key: "id", columns, extra: vec![("mask", "text")] }
}

/// A conflict as a row of [`conflict_table`].
pub fn put_conflict(
    line: &mut Line,
    entity: &Entity,
    field: &Field,
    row: &MergedRow,
    rival: &Rival,
    records: &[SourceRecord],
    deliveries: &Deliveries,
) {
    let at = rival.field;
    let word = &row.words[at][rival.word];
    let record = &records[word.record as usize];
    let agency = |record: &SourceRecord| {
        deliveries.get(&record.import_id).and_then(|d| d.agency).map(|id| id.to_string())
    };
    let text = |word: &Word| said(field, word, records);
    let standing = row.words[at].iter().find(|w| w.chosen);
    let value = match row.pinned.get(&at) {
        Some(value) => Some(as_text(value)),
        None => standing.and_then(text),
    };
    line.show(id::stable(
        NaiveDate::default(),
        &format!("conflict|{}|{}|{}", row.id, field.name, record.scope),
    ));
    line.field(Some(&entity.name));
    line.show(row.id);
    line.field(Some(field.name));
    line.field(Some(&record.office));
    line.field(agency(record).as_deref());
    line.field(text(word).as_deref());
    line.field(value.as_deref());
    line.field(standing.and_then(|w| agency(&records[w.record as usize])).as_deref());
    line.field(Some(rival.status.word()));
    line.show(record.import_id);
    line.field(Some(field.mask.as_str()));
}

fn said(field: &Field, word: &Word, records: &[SourceRecord]) -> Option<String> {
    match (word.to, field.target) {
        (Some(to), Some(target)) => Some(id::encode(&target.id_prefix, to)),
        _ => records[word.record as usize].fields.get(field.name).map(as_text),
    }
}

/// Pairs kept apart.
pub fn doubtful_table() -> Table {
    let mut columns = plain(&[
        ("id", "uuid"),
        ("entity_type", "text"),
        ("left_id", "text"),
        ("right_id", "text"),
        ("reasons", "text"),
        ("left_name", "text"),
        ("right_name", "text"),
        ("weight", "float8"),
        ("records", "int4"),
    ]);
    let public =
        |name: &str, expression| Column { expression: Some(expression), ..Column::new(name, "text") };
    columns.push(public("public_left_name", "public_value(n.mask, n.left_name, n.left_entity)"));
    columns.push(public("public_right_name", "public_value(n.mask, n.right_name, n.right_entity)"));
    let extra = vec![("mask", "text"), ("left_entity", "uuid"), ("right_entity", "uuid")];
    Table { name: "doubtful_match".into(), key: "id", columns, extra }
}

/// A side of a doubtful pair, as a person sees it.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Name that stands.
    pub name: Option<String>,
    /// Records it is made of.
    pub records: usize,
}

/// A pair as a row of [`doubtful_table`].
pub fn put_doubtful(line: &mut Line, pair: &DoubtfulPair, entity: &Entity, mask: Mask, sides: [&Shown; 2]) {
    let prefix = entity.id_prefix.as_str();
    line.show(doubtful_id(pair));
    line.field(Some(&pair.entity));
    line.field(Some(&id::encode(prefix, pair.left)));
    line.field(Some(&id::encode(prefix, pair.right)));
    line.field(Some(&pair.reasons));
    line.field(sides[0].name.as_deref());
    line.field(sides[1].name.as_deref());
    line.field(None);
    line.show(sides[0].records + sides[1].records);
    line.field(Some(mask.as_str()));
    line.show(pair.left);
    line.show(pair.right);
}

/// The id of a pair.
pub fn doubtful_id(pair: &DoubtfulPair) -> Uuid {
    id::stable(NaiveDate::default(), &format!("doubtful|{}|{}", pair.left, pair.right))
}

fn plain(columns: &[(&str, &'static str)]) -> Vec<Column> {
    columns.iter().map(|(name, ty)| Column::new(*name, ty)).collect()
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
