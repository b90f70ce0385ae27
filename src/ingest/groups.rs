//! Product groups by name and day, from the reference file in the binary.

use std::sync::LazyLock;

use chrono::NaiveDate;
use uuid::Uuid;

use super::fold::flat;
use super::register::{Match, Vocabulary};
use crate::store::reference_id;

const GROUPS: &str = include_str!("../../schema/reference/ocop/product_groups.csv");

struct Group {
    scheme: String,
    name: String,
    folded: String,
    is_group: bool,
    id: Uuid,
}

static ALL: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let mut out: Vec<Group> = Vec::new();
    for r in csv::Reader::from_reader(GROUPS.as_bytes()).records().flatten() {
        let get = |at: usize| r.get(at).unwrap_or_default();
        let from = valid_from(get(0));
        for (level, number, name) in [("GROUP", get(2), get(3)), ("SUBGROUP", get(1), get(5))] {
            let Ok(number) = number.parse() else { continue };
            let id = reference_id::product_group(get(0), level, number, from);
            if !out.iter().any(|g| g.id == id) {
                let is_group = level == "GROUP";
                let (scheme, name) = (get(0).to_owned(), name.to_owned());
                out.push(Group { scheme, folded: flat(&name), name, is_group, id });
            }
        }
    }
    out
});

/// First day of a scheme (rule_versions.csv).
fn valid_from(scheme: &str) -> NaiveDate {
    let (y, m, d) = if scheme == "QD148" { (2023, 2, 24) } else { (2019, 8, 21) };
    NaiveDate::from_ymd_opt(y, m, d).unwrap_or(NaiveDate::MIN)
}

/// The group a text names. Where both schemes have the name, the one in force on `day`; a group before a
/// sub-group. `spellings` are the register's own.
pub fn find(text: &str, day: NaiveDate, spellings: Option<&Vocabulary>) -> Option<Uuid> {
    let folded = flat(text);
    let spelt = spellings.and_then(|s| s.find(text, Match::Exact)).map(flat);
    let is = |g: &&Group| g.folded == folded || Some(&g.folded) == spelt.as_ref();
    let part = |g: &&Group| g.is_group && folded.len() >= 5 && folded.contains(&g.folded);
    let scheme = if day >= valid_from("QD148") { "QD148" } else { "QD1048" };
    let best = |test: &dyn Fn(&&Group) -> bool| {
        ALL.iter()
            .filter(test)
            .min_by_key(|g| (g.scheme != scheme, !g.is_group, std::cmp::Reverse(g.name.len())))
    };
    best(&is).or_else(|| best(&part)).map(|g| g.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_scheme_of_the_day() {
        let day = |y| NaiveDate::from_ymd_opt(y, 6, 1).expect("a day");
        let food = |y| find("thực phẩm", day(y), None);
        assert_ne!(food(2022), food(2024));
        assert!(food(2022).is_some() && food(2024).is_some());
        assert_eq!(find("Thảo dược", day(2024), None), find("Thảo dược", day(2020), None));
        assert_eq!(find("Hàng thủ công mỹ nghệ", day(2024), None), find("Thủ công mỹ nghệ", day(2024), None));
        assert_eq!(find("Máy móc", day(2024), None), None);
    }
}
