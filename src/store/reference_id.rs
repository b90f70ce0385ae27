//! The ids of reference data, made from what stands in the reference files, so that whoever reads a file
//! and whoever loads the tables name the same row without asking each other.

use chrono::NaiveDate;
use uuid::Uuid;

use super::id::stable;

/// An administrative unit in one period: `level` as in the history file (`province`, `district`, `commune`).
pub fn admin_unit(level: &str, code: &str, valid_from: NaiveDate) -> Uuid {
    stable(valid_from, &format!("admin_unit|{}|{code}", level.to_lowercase()))
}

/// A product group: `level` is `GROUP` or `SUBGROUP`, `valid_from` the first day of the scheme.
pub fn product_group(scheme: &str, level: &str, number: i32, valid_from: NaiveDate) -> Uuid {
    stable(valid_from, &format!("product_group|{scheme}|{level}|{number}"))
}

/// An agency under one name: `kind` as in the enum, the province's code of that time.
pub fn agency(kind: &str, province_code: &str, valid_from: NaiveDate) -> Uuid {
    stable(valid_from, &format!("agency|{kind}|{province_code}"))
}
