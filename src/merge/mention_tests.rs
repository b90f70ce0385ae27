//! What is only mentioned: it is found among what others keep, says nothing of it, and makes nothing.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::field::fields;
use super::survive::{Merged, survive};
use crate::catalog::{Catalog, load_embedded};
use crate::matching::{FirstSeen, cluster};
use crate::store::record::{Evidence, SourceRecord};

fn record(
    n: u128,
    entity: &str,
    register: &str,
    mention: bool,
    fields: &[(&str, &str)],
    refs: &[(&str, u128)],
) -> SourceRecord {
    SourceRecord {
        id: Uuid::from_u128(n),
        import_id: Uuid::from_u128(1000),
        scope: format!("{register}/RURAL_DEVELOPMENT/49"),
        entity: entity.into(),
        key: n.to_string(),
        office: "RURAL_DEVELOPMENT".into(),
        observed_on: "2025-06-30".parse().expect("a day"),
        fields: fields.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect(),
        refs: refs.iter().map(|(k, to)| ((*k).to_owned(), Uuid::from_u128(*to))).collect::<BTreeMap<_, _>>(),
        evidence: Evidence { mention, places: vec!["20623".into()], ..Evidence::default() },
        sheet: String::new(),
        row: 1,
    }
}

fn merged(catalog: &Catalog, records: &[SourceRecord]) -> Vec<Merged> {
    let clusters = cluster(catalog, records, &FirstSeen::new());
    let (merged, incomplete) = survive(catalog, records, &clusters);
    assert_eq!(incomplete, [], "what is only mentioned lacks nothing");
    merged
}

fn of<'m>(merged: &'m [Merged], entity: &str) -> &'m Merged {
    merged.iter().find(|m| m.entity == entity).expect("the type")
}

#[test]
fn a_mention_links_and_leaves_the_rest_alone() {
    let catalog = load_embedded().expect("a catalog");
    let name = "HTX Nông nghiệp Duy Oanh";
    let records = [
        record(1, "Producer", "cooperatives", false, &[("name", name)], &[]),
        record(2, "Producer", "sales_points", true, &[("name", "Hợp tác xã NN Duy Oanh")], &[]),
        record(3, "SalesPoint", "sales_points", false, &[("name", "Điểm bán 1")], &[("operator", 2)]),
        record(4, "Producer", "sales_points", true, &[("name", "Công ty TNHH Không Ai Biết")], &[]),
        record(5, "SalesPoint", "sales_points", false, &[("name", "Điểm bán 2")], &[("operator", 4)]),
    ];
    let merged = merged(&catalog, &records);
    let producers = of(&merged, "Producer");
    assert_eq!(producers.rows.len(), 1, "the unknown company is no producer");
    let producer = &producers.rows[0];
    let at = |entity: &str, field: &str| {
        fields(&catalog, &catalog.entities[entity]).iter().position(|f| f.name == field).expect("the field")
    };
    assert_eq!(producer.words[at("Producer", "name")].len(), 1, "a mention has no word on the name");
    let operator = at("SalesPoint", "operator");
    let to: Vec<_> =
        of(&merged, "SalesPoint").rows.iter().map(|r| r.chosen(operator).and_then(|w| w.to)).collect();
    assert_eq!(to.iter().flatten().collect::<Vec<_>>(), [&producer.id]);
    assert_eq!(to.len(), 2);
}
