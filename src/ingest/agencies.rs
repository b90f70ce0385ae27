//! Provincial offices by kind, province and day, from the reference file in the binary.

use std::sync::LazyLock;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::store::reference_id;

const AGENCIES: &str = include_str!("../../schema/reference/agencies/agencies.csv");

struct Office {
    kind: String,
    province: String,
    from: NaiveDate,
    to: Option<NaiveDate>,
}

static ALL: LazyLock<Vec<Office>> = LazyLock::new(|| {
    let rows = csv::Reader::from_reader(AGENCIES.as_bytes()).into_records().flatten();
    let office = |r: csv::StringRecord| {
        let get = |at: usize| r.get(at).unwrap_or_default();
        let (kind, province) = (get(0).to_owned(), get(1).to_owned());
        Some(Office { kind, province, from: get(3).parse().ok()?, to: get(4).parse().ok() })
    };
    rows.filter_map(office).collect()
});

/// The office under its name of that day; before its first known name, under that one.
pub fn find(kind: &str, province: &str, day: NaiveDate) -> Option<Uuid> {
    let named = || ALL.iter().filter(|o| o.kind == kind && o.province == province);
    let then = named().find(|o| o.from <= day && o.to.is_none_or(|to| day < to));
    let office = then.or_else(|| named().min_by_key(|o| (o.from <= day, o.from)))?;
    Some(reference_id::agency(&office.kind, &office.province, office.from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_has_a_name_for_each_day() {
        let on = |y, m| find("AGRICULTURE", "01", NaiveDate::from_ymd_opt(y, m, 1).expect("a day"));
        assert!(on(2024, 1).is_some() && on(2024, 1) != on(2025, 4));
        assert_eq!(on(2015, 1), on(2022, 1), "before the first name that is known");
        assert_eq!(find("AGRICULTURE", "00", NaiveDate::MIN), None);
    }
}
