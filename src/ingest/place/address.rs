//! An address in one text → commune, district, province: "Ấp 3, xã A, huyện B, tỉnh C", "P.9, Đà Lạt", "xã A huyện B".
//! Parts are told by the word before them, those at the end by their names too.

use chrono::NaiveDate;

use super::index::{Level, Places};
use super::name::{Name, Type, readings};
use super::{Place, Question};

/// What an address names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Commune, as it is written.
    pub commune: Option<String>,
    /// District, as it is written.
    pub district: Option<String>,
    /// Code of the old province in which both are to be looked for.
    pub province: Option<String>,
}

impl Places {
    /// The parts of an address that the office of `office` writes.
    pub fn address(&self, office: &str, text: &str, day: NaiveDate) -> Address {
        let mut parts = self.parts(text);
        parts.retain(|p| !p.trim().is_empty());
        while parts.last().is_some_and(|p| is_country(p)) {
            parts.pop();
        }
        let named = self.province_at_end(office, &parts);
        if named.is_some() {
            parts.pop();
        }
        let homes = self.homes(office, named.as_deref());
        let mut at = homes.iter().filter_map(|home| self.within(home, &parts, day));
        let found = at.find(|(_, place)| place.doubt.is_none() && place.resolution.is_some());
        let found = found.or_else(|| homes.first().and_then(|home| self.within(home, &parts, day)));
        let address = found.map(|(address, _)| address).unwrap_or_default();
        Address { province: named.and(address.province.clone()), ..address }
    }

    /// Commune and district of an address by the words before them alone.
    pub fn split_address(&self, text: &str) -> (Option<String>, Option<String>) {
        let parts = self.parts(text);
        let last = |fits: fn(Type) -> bool| {
            parts.iter().rev().find(|p| kind(p).is_some_and(fits)).map(|p| p.trim().to_owned())
        };
        (last(is_commune), last(is_district))
    }

    /// The old provinces in which the parts may lie, the likeliest first. Offices write the province of today, too.
    fn homes(&self, office: &str, named: Option<&str>) -> Vec<String> {
        let today = |code: &str| self.province_today(code).map(str::to_owned);
        let Some(named) = named else { return vec![office.to_owned()] };
        let mut homes = vec![named.to_owned()];
        if today(named) == today(office) {
            homes.insert(0, office.to_owned());
        }
        let mut others: Vec<String> =
            self.province_now.keys().filter(|c| today(c) == today(named)).cloned().collect();
        others.sort();
        homes.extend(others);
        homes.dedup();
        homes
    }

    /// What the parts are in one province.
    fn within(&self, home: &str, parts: &[String], day: NaiveDate) -> Option<(Address, Place)> {
        let typed = |fits: fn(Type) -> bool| parts.iter().rposition(|p| kind(p).is_some_and(fits));
        let last = parts.len().checked_sub(1)?;
        let bare = |at: usize| kind(&parts[at]).is_none();
        let district = typed(is_district)
            .or_else(|| (bare(last) && last > 0 && self.is_district(home, &parts[last])).then_some(last));
        let ask = |commune: Option<&str>| {
            let district = district.map(|at| parts[at].trim());
            self.resolve(&Question { province: home, commune, district, section: None, day })
        };
        // A bare part beside the district may be a street or a hamlet: its name must be a commune's.
        let beside = district.unwrap_or(parts.len()).checked_sub(1).filter(|at| bare(*at));
        let named = || beside.filter(|at| ask(Some(&parts[*at])).commune_now.is_some());
        let commune = typed(is_commune).or_else(named);
        let place = ask(commune.map(|at| parts[at].trim()));
        let text = |at: Option<usize>| at.map(|at| parts[at].trim().to_owned());
        let province = Some(home.to_owned());
        Some((Address { commune: text(commune), district: text(district), province }, place))
    }

    /// The province that the last part names: with the word for it, or as a name that is no district here.
    fn province_at_end(&self, office: &str, parts: &[String]) -> Option<String> {
        let (last, rest) = parts.split_last()?;
        let code = match kind(last) {
            Some(Type::Province) => return self.province_of(last),
            Some(Type::City) | None => self.province_of(last)?,
            _ => return None,
        };
        let own = self.is_district(office, last);
        let under =
            || rest.last().is_some_and(|p| !kind(p).is_some_and(is_commune) && self.is_district(&code, p));
        (!own || under()).then_some(code)
    }

    fn parts(&self, text: &str) -> Vec<String> {
        let mut out = Vec::new();
        for chunk in text.split([',', ';', '\n']) {
            // "Phường Xuân Hương - Đà Lạt" is one name.
            if self.is_of_today(chunk) {
                out.push(chunk.to_owned());
                continue;
            }
            for piece in chunk.split(['–', '—']).flat_map(|p| p.split(" - ")) {
                self.at_types(piece, &mut out);
            }
        }
        out
    }

    /// "xã A huyện B tỉnh C" parted before each word that makes a place of what follows.
    fn at_types(&self, piece: &str, out: &mut Vec<String>) {
        let (mut rest, mut units) = (piece.trim(), Vec::new());
        while let Some(at) = starts(rest).into_iter().rev().find(|at| self.is_unit(&rest[*at..])) {
            units.push(rest[at..].to_owned());
            rest = rest[..at].trim();
        }
        out.push(rest.to_owned());
        out.extend(units.into_iter().rev());
    }

    fn is_unit(&self, text: &str) -> bool {
        match kind(text) {
            Some(Type::Province) => self.province_of(text).is_some(),
            Some(k) if is_district(k) => {
                self.knows(Level::District, text) || self.province_of(text).is_some()
            }
            Some(_) => self.knows(Level::Commune, text) || self.is_of_today(text),
            None => false,
        }
    }

    /// Whether a commune of today bears the name.
    fn is_of_today(&self, text: &str) -> bool {
        let names: Vec<Name> = readings(text).into_iter().filter(|n| n.kind.is_some()).collect();
        let known = |n: &Name| {
            self.province_now.values().any(|p| self.new_by_name.contains_key(&(p.clone(), n.bare.clone())))
        };
        names.iter().any(known)
    }
}

/// Where a word stands that may make a place of what follows, not at the beginning.
fn starts(text: &str) -> Vec<usize> {
    const WORDS: [&str; 20] = [
        "xã",
        "xa",
        "phường",
        "phuong",
        "huyện",
        "huyen",
        "quận",
        "quan",
        "tỉnh",
        "tinh",
        "thị",
        "thi",
        "thành",
        "thanh",
        "tp",
        "tx",
        "tt",
        "đặc",
        "h",
        "p",
    ];
    let begins = |at: usize| {
        let word: String =
            text[at..].chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
        WORDS.contains(&word.as_str())
    };
    // "Thị xã" is one word.
    let after = |at: usize| text[..at].trim_end().to_lowercase();
    let inside = |at: usize| after(at).ends_with("thị") || after(at).ends_with("thi");
    text.match_indices([' ', '\t'])
        .map(|(at, blank)| at + blank.len())
        .filter(|at| begins(*at) && !inside(*at))
        .collect()
}

fn kind(text: &str) -> Option<Type> {
    readings(text).into_iter().next().and_then(|n| n.kind)
}

fn is_commune(kind: Type) -> bool {
    matches!(kind, Type::Commune | Type::Ward | Type::Town | Type::Zone)
}

fn is_district(kind: Type) -> bool {
    matches!(kind, Type::District | Type::City | Type::TownDistrict | Type::UrbanDistrict)
}

fn is_country(text: &str) -> bool {
    matches!(crate::ingest::fold::flat(text).as_str(), "viet nam" | "vietnam" | "vn")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_apart() {
        let places = Places::load();
        let day = NaiveDate::from_ymd_opt(2024, 12, 31).expect("a day");
        let of = |office: &str, text: &str| {
            let a = places.address(office, text, day);
            [a.commune, a.district, a.province].map(Option::unwrap_or_default).join(" | ")
        };
        for (office, text, expected) in [
            ("68", "Phường 9, Thành phố Đà Lạt", "Phường 9 | Thành phố Đà Lạt | "),
            ("68", "Số 12 Trần Phú, P.9, TP.Đà Lạt, Lâm Đồng", "P.9 | TP.Đà Lạt | 68"),
            ("68", "P.9, Đà Lạt", "P.9 | Đà Lạt | "),
            ("68", "Tổ 5, Phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng", "Phường Xuân Hương - Đà Lạt |  | 68"),
            (
                "83",
                "Ấp 3, xã Tân Thạch, huyện Châu Thành, tỉnh Bến Tre",
                "xã Tân Thạch | huyện Châu Thành | 83",
            ),
            ("83", "Tân Thạch, Châu Thành, Bến Tre", "Tân Thạch | Châu Thành | 83"),
            ("83", "Ấp 3 xã Tân Thạch huyện Châu Thành tỉnh Bến Tre", "xã Tân Thạch | huyện Châu Thành | 83"),
            ("83", "xã Tân Thạch - huyện Châu Thành", "xã Tân Thạch | huyện Châu Thành | "),
            ("83", "Phường 8, thành phố Bến Tre", "Phường 8 | thành phố Bến Tre | "),
            ("83", "Phường 1, thị xã Gò Công, tỉnh Tiền Giang", "Phường 1 | thị xã Gò Công | 82"),
            ("49", "Phường Tam Kỳ, thành phố Đà Nẵng", "Phường Tam Kỳ |  | 49"),
            ("83", "Khóm 2", " |  | "),
            ("83", "", " |  | "),
        ] {
            assert_eq!(of(office, text), expected, "{text}");
        }
    }
}
