//! Product groups and sub-groups of the two schemes.

use anyhow::Context;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::file;
use crate::store::reference_id;

/// A group or a sub-group of one scheme.
#[derive(Debug, Clone)]
pub struct ProductGroup {
    /// Id.
    pub id: Uuid,
    /// `QD1048` or `QD148`.
    pub scheme: String,
    /// `GROUP` or `SUBGROUP`.
    pub level: &'static str,
    /// Number within scheme and level.
    pub number: i32,
    /// Name in the decision's wording.
    pub name: String,
    /// Cluster of a sub-group.
    pub cluster: Option<String>,
    /// First day of the scheme.
    pub valid_from: NaiveDate,
    /// First day no longer in force.
    pub valid_to: Option<NaiveDate>,
    /// The group of a sub-group.
    pub parent_id: Option<Uuid>,
}

#[derive(Deserialize)]
struct Row {
    scheme: String,
    subgroup_no: i32,
    group_no: i32,
    group: String,
    cluster: Option<String>,
    subgroup: String,
}

/// When a scheme was in force: from its decision until the next one.
fn period(scheme: &str) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let replaced = NaiveDate::from_ymd_opt(2023, 2, 24)?;
    match scheme {
        "QD1048" => Some((NaiveDate::from_ymd_opt(2019, 8, 21)?, Some(replaced))),
        "QD148" => Some((replaced, None)),
        _ => None,
    }
}

/// Groups, each before its sub-groups.
pub fn groups() -> anyhow::Result<Vec<ProductGroup>> {
    let mut out: Vec<ProductGroup> = Vec::new();
    for row in file::rows::<Row>(file::GROUPS)? {
        let (valid_from, valid_to) =
            period(&row.scheme).with_context(|| format!("scheme {} has no period", row.scheme))?;
        let id = |level, number| reference_id::product_group(&row.scheme, level, number, valid_from);
        let (group, subgroup) = (id("GROUP", row.group_no), id("SUBGROUP", row.subgroup_no));
        let scheme = row.scheme.clone();
        let sub = ProductGroup {
            id: subgroup,
            scheme,
            level: "SUBGROUP",
            number: row.subgroup_no,
            name: row.subgroup,
            cluster: row.cluster,
            valid_from,
            valid_to,
            parent_id: Some(group),
        };
        if !out.iter().any(|known| known.id == group) {
            let (number, name) = (row.group_no, row.group);
            let top = ProductGroup {
                id: group,
                level: "GROUP",
                number,
                name,
                cluster: None,
                parent_id: None,
                ..sub.clone()
            };
            out.push(top);
        }
        out.push(sub);
    }
    Ok(out)
}
