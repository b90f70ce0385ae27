//! What the places of a record are called, to know their names again within names. By the administrative
//! units of the binary; resolves nothing.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use uuid::Uuid;

use super::name::Name;
use super::token::{Token, tokens};
use super::vocabulary::VOCABULARY;
use crate::store::reference_id;

const COMMUNES_NOW: &str = include_str!("../../schema/reference/admin/communes_from_2025-07-01.csv");
const COMMUNES_THEN: &str = include_str!("../../schema/reference/admin/communes_until_2025-06-30.csv");
const COMMUNE_MAP: &str = include_str!("../../schema/reference/admin/commune_map_2025-07-01.csv");
const DISTRICTS: &str = include_str!("../../schema/reference/admin/districts_until_2025-06-30.csv");

const HISTORY: &str = include_str!("../../schema/reference/admin/units_history.csv");

/// Former communes, by id, of whose names none of today's communes in their place has one: who names such a
/// commune means it, and not the one of today.
static FORMER: LazyLock<HashSet<Uuid>> = LazyLock::new(former);

/// Names without the word for their level.
type Names = Vec<Vec<Token>>;

/// Names of what a commune of today is or was, and of the districts it lay in, by its code.
static UNITS: LazyLock<HashMap<&'static str, (Names, Names)>> = LazyLock::new(read);

fn read() -> HashMap<&'static str, (Names, Names)> {
    let rows = |csv: &'static str| csv.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>());
    let named = |csv| rows(csv).filter_map(|r| Some((*r.first()?, *r.get(1)?))).collect::<HashMap<_, _>>();
    let districts = named(DISTRICTS);
    let then: HashMap<&str, (&str, &str)> =
        rows(COMMUNES_THEN).filter_map(|r| Some((*r.first()?, (*r.get(1)?, *r.get(3)?)))).collect();
    let mut found: HashMap<&str, [BTreeSet<&str>; 2]> = HashMap::new();
    for (code, name) in named(COMMUNES_NOW) {
        found.entry(code).or_default()[0].insert(name);
    }
    for row in rows(COMMUNE_MAP) {
        let (Some(old), Some(new)) = (row.first(), row.get(1)) else { continue };
        let Some((name, district)) = then.get(old) else { continue };
        let of = found.entry(new).or_default();
        of[0].insert(name);
        of[1].extend(districts.get(district));
    }
    let bare = |names: &BTreeSet<&str>| names.iter().map(|n| without_level(&tokens(n)).to_vec()).collect();
    found
        .into_iter()
        .map(|(code, [communes, districts])| (code, (bare(&communes), bare(&districts))))
        .collect()
}

fn former() -> HashSet<Uuid> {
    let rows = |csv: &'static str| csv.lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>());
    let bare = |name: &str| without_level(&tokens(name)).to_vec();
    let now: HashMap<&str, Vec<Token>> =
        rows(COMMUNES_NOW).filter_map(|r| Some((*r.first()?, bare(r.get(1)?)))).collect();
    let mut heirs: HashMap<&str, Vec<&Vec<Token>>> = HashMap::new();
    for row in rows(COMMUNE_MAP) {
        if let (Some(old), Some(name)) = (row.first(), row.get(1).and_then(|new| now.get(new))) {
            heirs.entry(old).or_default().push(name);
        }
    }
    let of_row = |row: Vec<&'static str>| {
        let [level, code, name, _, from, to] = *row.as_slice() else { return None };
        let name = bare(name);
        let kept =
            heirs.get(code)?.iter().any(|heir| heir.iter().map(|t| &t.flat).eq(name.iter().map(|t| &t.flat)));
        let id = reference_id::admin_unit(level, code, from.parse().ok()?);
        (level == "commune" && !to.is_empty() && !kept).then_some(id)
    };
    rows(HISTORY).filter_map(of_row).collect()
}

/// Whether a unit is a former commune whose name means it and nothing else.
pub fn is_former(unit: &Uuid) -> bool {
    FORMER.contains(unit)
}

/// A name of a unit without "xã", "thành phố" and the like.
fn without_level(words: &[Token]) -> &[Token] {
    let level = VOCABULARY.words.at_start(words, true, |m| m == "place" || m == "commune");
    level.filter(|(_, n)| *n < words.len()).map_or(words, |(_, n)| &words[n..])
}

/// The names of some communes of today and of their districts; of communes only where one is meant.
fn around(places: &[&str], exact: bool) -> BTreeSet<&'static [Token]> {
    let units = places.iter().filter_map(|code| UNITS.get(*code));
    units
        .flat_map(|(communes, districts)| communes.iter().filter(|_| exact).chain(districts))
        .map(Vec::as_slice)
        .collect()
}

/// The name without the name of its own place behind it, where one is there and a name is left.
pub fn without_own_place(name: &Name, places: &[&str], exact: bool) -> Option<Name> {
    let same = |a: &Token, b: &Token| a.tone == b.tone || (!a.marked && a.flat == b.flat && name.unmarked);
    let ends = |unit: &&[Token]| {
        let Some(at) = name.core.len().checked_sub(unit.len()).filter(|at| *at > 0) else { return false };
        // Of a place of one word a single word before it is as likely a part of the name.
        (unit.len() > 1 || at > 1) && name.core[at..].iter().zip(unit.iter()).all(|(a, b)| same(a, b))
    };
    let unit = around(places, exact).into_iter().filter(ends).max_by_key(|u| u.len())?;
    let mut core = name.core[..name.core.len() - unit.len()].to_vec();
    let level = |t: &Token| ["place", "commune"].iter().any(|role| VOCABULARY.words.word(t, role));
    while core.len() > 1 && core.last().is_some_and(level) {
        core.pop();
    }
    let place = Some(unit.iter().map(|t| t.flat.as_str()).collect::<Vec<_>>().join(" "));
    Some(Name { core, place, cut: true, ..name.clone() })
}

/// Whether a name is no more than that of its own place.
pub fn is_of_place(name: &Name, places: &[&str], exact: bool) -> bool {
    let flat = name.flat();
    around(places, exact).iter().any(|unit| unit.iter().map(|t| t.flat.as_str()).collect::<String>() == flat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_former_commune_is_sure_where_its_name_is_gone() {
        let day = |text: &str| text.parse().expect("a day");
        let rows: Vec<Vec<&str>> = HISTORY.lines().map(|l| l.split(',').collect()).collect();
        let of = |code: &str| {
            let row = rows
                .iter()
                .find(|r| r[0] == "commune" && r[1] == code && !r[5].is_empty())
                .expect("a commune");
            reference_id::admin_unit("commune", code, day(row[4]))
        };
        // Phường Phúc Xá went into Phường Hồng Hà; Phường Ngọc Hà gave its name to one of today.
        let named = |name: &str| {
            COMMUNES_THEN.lines().find(|l| l.contains(name)).map(|l| &l[..5]).expect("a commune")
        };
        assert!(is_former(&of(named("Phường Phúc Xá"))));
        assert!(!is_former(&of(named("Phường Ngọc Hà"))));
        assert!(FORMER.len() > 3000, "{}", FORMER.len());
    }
}
