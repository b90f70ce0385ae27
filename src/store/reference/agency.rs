//! Provincial offices, a row for each name they had.

use std::collections::HashSet;

use anyhow::Context;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::file;
use super::unit::{Level, Units};
use crate::store::reference_id;

/// An office under one name.
#[derive(Debug, Clone)]
pub struct Agency {
    /// Id.
    pub id: Uuid,
    /// Value of the enum `OfficeKind`.
    pub kind: String,
    /// Official name.
    pub name: String,
    /// Code of the province it serves, as codes were on its first day.
    pub province_code: String,
    /// The province on its first day.
    pub province_id: Uuid,
    /// First day of the name; 2021-11-01 means on or before it.
    pub valid_from: NaiveDate,
    /// First day no longer valid.
    pub valid_to: Option<NaiveDate>,
    /// What it became.
    pub successor_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct Row {
    kind: String,
    province_code: String,
    name: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    successor_province_code: Option<String>,
    successor_valid_from: Option<NaiveDate>,
}

/// Every office; a successor that the file lacks is an error.
pub fn agencies(units: &Units) -> anyhow::Result<Vec<Agency>> {
    let rows: Vec<Row> = file::rows(file::AGENCIES)?;
    let out = rows.into_iter().map(|row| agency(units, row)).collect::<anyhow::Result<Vec<_>>>()?;
    let known: HashSet<Uuid> = out.iter().map(|agency| agency.id).collect();
    for agency in &out {
        let found = agency.successor_id.is_none_or(|successor| known.contains(&successor));
        anyhow::ensure!(found, "the successor of {} ({}) is not in the file", agency.name, agency.valid_from);
    }
    Ok(out)
}

fn agency(units: &Units, row: Row) -> anyhow::Result<Agency> {
    let province = units
        .at(Level::Province, &row.province_code, row.valid_from)
        .with_context(|| format!("{}: no province {} on {}", row.name, row.province_code, row.valid_from))?;
    let successor = row.successor_province_code.as_deref().zip(row.successor_valid_from);
    Ok(Agency {
        id: reference_id::agency(&row.kind, &row.province_code, row.valid_from),
        province_id: province.id,
        successor_id: successor.map(|(code, day)| reference_id::agency(&row.kind, code, day)),
        kind: row.kind,
        name: row.name,
        province_code: row.province_code,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    })
}
