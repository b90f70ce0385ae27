//! From an entity back to the cell: every entity has origins, and the row that an origin names says it.

use std::collections::{BTreeMap, BTreeSet};

use lienthong::catalog::{Catalog, Scalar};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Every so many origins one is looked at.
const STEP: i64 = 7;
/// One in so many may be put right on the way.
const FEW: usize = 4;

pub async fn lead_to_their_rows(pool: &PgPool, catalog: &Catalog) {
    for entity in catalog.entities.values().filter(|entity| entity.is_merged()) {
        let without = format!(
            "select count(*), count(*) filter (where not exists (
                 select from origin o where o.entity = '{}' and o.entity_id = t.id and o.chosen))
             from \"{}\" t",
            entity.name, entity.table
        );
        let (all, without): (i64, i64) =
            sqlx::query_as(AssertSqlSafe(without)).fetch_one(pool).await.unwrap();
        assert_eq!(without, 0, "{} of {all} {} without origin", without, entity.name);
    }
    let lost: i64 = sqlx::query_scalar(
        "select count(*) from origin o
         left join import i on i.id = o.import_id and i.file_name = o.file
         left join raw_row r on (r.import_id, r.sheet, r.row_no) = (o.import_id, o.sheet, o.\"row\")
         where i.id is null or r.kind is distinct from 'data'",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!(lost, 0, "origins that name no data row of their file");
    values_stand_in_their_rows(pool, catalog).await;
}

/// Of text that is taken over as it is, the letters and digits stand in the row's cells or in the section above. A few are put right
/// on the way (an abbreviation written out, a zero that a spreadsheet dropped, a value of a joined cell that
/// stands in a row above): most is enough, field by field.
async fn values_stand_in_their_rows(pool: &PgPool, catalog: &Catalog) {
    let rows: Vec<(String, String, String, Value)> = sqlx::query_as(
        "select o.entity, o.field, o.value, r.cells || coalesce(s.cells, '[]')
         from (select *, row_number() over (partition by entity, field order by id) as n from origin) o
         join raw_row r on (r.import_id, r.sheet, r.row_no) = (o.import_id, o.sheet, o.\"row\")
         left join lateral (
             select cells from raw_row s
             where (s.import_id, s.sheet) = (r.import_id, r.sheet) and s.row_no < r.row_no and s.kind = 'section'
             order by s.row_no desc
             limit 1
         ) s on true
         where o.value is not null and n % $1 = 0",
    )
    .bind(STEP)
    .fetch_all(pool)
    .await
    .unwrap();
    let defaults = defaults();
    let mut seen: BTreeMap<(String, String), (usize, Vec<String>)> = BTreeMap::new();
    for (entity, field, value, cells) in rows {
        let column = catalog.entities[&entity].columns.get(&field);
        if column.is_none_or(|column| column.ty != Scalar::String) {
            continue;
        }
        let (all, missing) = seen.entry((entity, field)).or_default();
        *all += 1;
        if !is_of_a_vocabulary(&value)
            && !defaults.contains(&value)
            && !letters(&texts(&cells)).contains(letters(&value).trim_start_matches('0'))
        {
            missing.push(value);
        }
    }
    let mut wrong = Vec::new();
    for ((entity, field), (all, missing)) in &seen {
        let first: Vec<&String> = missing.iter().take(5).collect();
        if missing.len() * FEW > *all {
            wrong.push(format!("{entity}.{field}: {} of {all} not in their rows: {first:?}", missing.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let entities: BTreeSet<&String> = seen.keys().map(|(entity, _)| entity).collect();
    assert!(entities.len() > 1 && seen.values().map(|(all, _)| all).sum::<usize>() > 100, "{entities:?}");
}

/// What register files say where the office's cell is blank.
fn defaults() -> BTreeSet<String> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/schema/registers")).unwrap();
    let paths =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "toml"));
    let tables = paths.map(|path| std::fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap());
    let of = |table: toml::Table| table.get("default").and_then(|default| default.as_table().cloned());
    let values = tables.filter_map(of).flat_map(|default| default.into_iter().map(|(_, value)| value));
    values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// Whether a value is a word of ours that stands for the office's: PRODUCTS_RECOGNISED.
fn is_of_a_vocabulary(value: &str) -> bool {
    let ours = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    value.len() > 4
        && value.starts_with(|letter: char| letter.is_ascii_uppercase())
        && value.chars().all(ours)
}

/// All scalars in it, parted.
fn texts(cells: &Value) -> String {
    match cells {
        Value::Array(list) => list.iter().map(texts).collect::<Vec<_>>().join("|"),
        Value::Object(map) => map.values().map(texts).collect::<Vec<_>>().join("|"),
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Letters and digits, without marks and case.
fn letters(text: &str) -> String {
    let plain = text.to_lowercase().replace('đ', "d");
    plain.nfd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric()).collect()
}
