//! What the places of a record are called, to know their names again within names. By the administrative
//! units of the binary; resolves nothing.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::name::Name;
use super::token::{Token, tokens};
use super::vocabulary::VOCABULARY;

const COMMUNES_NOW: &str = include_str!("../../schema/reference/admin/communes_from_2025-07-01.csv");
const COMMUNES_THEN: &str = include_str!("../../schema/reference/admin/communes_until_2025-06-30.csv");
const COMMUNE_MAP: &str = include_str!("../../schema/reference/admin/commune_map_2025-07-01.csv");
const DISTRICTS: &str = include_str!("../../schema/reference/admin/districts_until_2025-06-30.csv");

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
