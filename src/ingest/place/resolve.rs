//! Text → place. An old name is never converted without its old district unless it is the only one of the
//! province; a new name needs no district.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::index::{Level, Places, Unit, last_old_day};
use super::name::{Name, Type, readings};
use super::{Doubt, Place, Question, Resolution};

impl Places {
    /// What the question's texts mean; nothing when they say nothing. From July 2025 on an office speaks for all
    /// the provinces that went into its own.
    pub fn resolve(&self, question: &Question<'_>) -> Place {
        let own = self.in_province(question);
        if question.is_of_before()
            || !matches!(own.doubt, Some(Doubt::CommuneUnknown | Doubt::DistrictUnknown))
        {
            return own;
        }
        let sure = |place: &Place| place.commune_now.is_some() && place.doubt.is_none();
        let mut found: Vec<Place> = self
            .siblings(question.province)
            .map(|province| self.in_province(&Question { province, ..*question }))
            .filter(sure)
            .collect();
        match found.len() {
            1 => found.swap_remove(0),
            _ => own,
        }
    }

    /// The same within one old province.
    fn in_province(&self, question: &Question<'_>) -> Place {
        let (commune, inner) = split_commune(question.commune);
        let own = question.district.or(inner).map(str::trim).filter(|d| !d.is_empty());
        let mut doubt = None;
        let mut districts = own.map(|d| self.districts(question.province, d)).unwrap_or_default();
        if districts.is_empty() {
            doubt = own.map(|_| Doubt::DistrictUnknown);
            districts = question.section.map(|d| self.districts(question.province, d)).unwrap_or_default();
        }
        let old_style = own.is_some_and(|d| !readings(d).iter().any(|n| n.old)) && doubt.is_none();
        let Some(text) = commune.map(str::trim).filter(|t| t.chars().any(char::is_alphanumeric)) else {
            return self.district_only(&districts, doubt);
        };
        let found = self.commune(question, text, &districts, old_style);
        match found {
            Ok(place) => Place { doubt: place.doubt.or(doubt), ..place },
            Err(reason) => self.district_only(&districts, Some(reason)),
        }
    }

    /// Old districts of the province that a text may mean: several where a city and a district share a name.
    pub(super) fn districts(&self, province: &str, text: &str) -> Vec<&Unit> {
        for name in readings(text) {
            let key = (Level::District, province.to_owned(), name.bare.clone());
            let mut codes: Vec<&str> = Vec::new();
            for unit in self.old_by_name.get(&key).into_iter().flatten().map(|i| &self.units[*i]) {
                if fits_type(name.kind, unit) && !codes.contains(&unit.code.as_str()) {
                    codes.push(&unit.code);
                }
            }
            // "Huyện Hạ Long": the type is wrong, the name is not.
            if codes.is_empty() && name.kind.is_some() {
                codes = self
                    .old_by_name
                    .get(&key)
                    .into_iter()
                    .flatten()
                    .map(|i| self.units[*i].code.as_str())
                    .collect();
                codes.dedup();
            }
            if !codes.is_empty() {
                return codes.into_iter().filter_map(|c| self.standing(Level::District, c)).collect();
            }
        }
        Vec::new()
    }

    fn commune(
        &self,
        question: &Question<'_>,
        text: &str,
        districts: &[&Unit],
        old_style: bool,
    ) -> Result<Place, Doubt> {
        let names = readings(text);
        let old = self.old_communes(question.province, &names, districts);
        let before = question.is_of_before();
        let mut new = Vec::new();
        if !names.iter().any(|n| n.old) {
            new = self
                .new_communes(question, &names, |unit| self.came_from(unit, question.province, districts));
            // A list of the merged province names its communes, wherever they lay before.
            if new.is_empty() && !before && districts.is_empty() && self.surviving.contains(question.province)
            {
                new = self.new_communes(question, &names, |_| true);
            }
        }
        let take_old = match (old.len(), new.len()) {
            (0, 0) => return self.second_best(question, &names, districts),
            (_, 0) => true,
            (0, _) => false,
            (1, _) => before || old_style || Self::only_old_bears(&names, &old, &new),
            _ => before,
        };
        match take_old {
            true if old.len() == 1 => Ok(self.place_of_old(old[0], districts)),
            false if new.len() == 1 => Ok(self.place_of_new(new[0], districts)),
            // Several old ones that became the same commune: today's is known all the same.
            true => self.one_of(&old, districts).ok_or(Doubt::CommuneAmbiguous),
            false => Err(Doubt::CommuneAmbiguous),
        }
    }

    /// Old communes of a name, one for each code, within the districts where some are known.
    fn old_communes(&self, province: &str, names: &[Name], districts: &[&Unit]) -> Vec<&Unit> {
        for name in names {
            let key = (Level::Commune, province.to_owned(), name.bare.clone());
            let all: Vec<&Unit> =
                self.old_by_name.get(&key).into_iter().flatten().map(|i| &self.units[*i]).collect();
            let within = |u: &&&Unit| districts.is_empty() || self.is_within(u, districts);
            let narrowed = narrow(all.iter().filter(within).copied().collect(), name);
            if !narrowed.is_empty() {
                let codes: BTreeSet<&str> = narrowed.iter().map(|u| u.code.as_str()).collect();
                return codes.into_iter().filter_map(|c| self.named(c, name)).collect();
            }
        }
        Vec::new()
    }

    /// The row of an old code that bears this name and stands for it.
    fn named(&self, code: &str, name: &Name) -> Option<&Unit> {
        let all = self.old_by_code.get(&(Level::Commune, code.to_owned()))?;
        all.iter()
            .map(|i| &self.units[*i])
            .filter(|u| u.parsed.bare == name.bare)
            .max_by_key(|u| (u.to, u.from))
    }

    /// Whether a commune stood in one of the districts at some time.
    fn is_within(&self, unit: &Unit, districts: &[&Unit]) -> bool {
        let all = self.old_by_code.get(&(Level::Commune, unit.code.clone()));
        let mut parents = all.into_iter().flatten().map(|i| self.units[*i].parent.as_str());
        parents.any(|p| districts.iter().any(|d| d.code == p))
    }

    fn new_communes(
        &self,
        question: &Question<'_>,
        names: &[Name],
        fits: impl Fn(&Unit) -> bool,
    ) -> Vec<&Unit> {
        let Some(province) = self.province_now.get(question.province) else { return Vec::new() };
        for name in names {
            let key = (province.clone(), name.bare.clone());
            let all: Vec<&Unit> =
                self.new_by_name.get(&key).into_iter().flatten().map(|i| &self.units[*i]).collect();
            let narrowed = narrow(all, name);
            let near: Vec<&Unit> = narrowed.into_iter().filter(|u| fits(u)).collect();
            if !near.is_empty() {
                return near;
            }
        }
        Vec::new()
    }

    fn came_from(&self, unit: &Unit, province: &str, districts: &[&Unit]) -> bool {
        let Some(before) = self.predecessors.get(&unit.code) else { return districts.is_empty() };
        before.iter().any(|(old, _)| {
            let all = self.old_by_code.get(&(Level::Commune, old.clone()));
            all.into_iter().flatten().map(|i| &self.units[*i]).any(|u| match districts.is_empty() {
                true => self.province_of_district.get(&u.parent).is_some_and(|p| p == province),
                false => districts.iter().any(|d| d.code == u.parent),
            })
        })
    }

    fn place_of_old(&self, unit: &Unit, districts: &[&Unit]) -> Place {
        let mut now = self.successors.get(&unit.code).cloned().unwrap_or_default();
        let mut doubt = None;
        if now.is_empty() {
            let alias = self.retired.iter().find(|r| r.old_code == unit.code);
            now.extend(alias.map(|r| (r.new_code.clone(), true)));
            doubt = alias.map(|_| Doubt::RetiredName);
        }
        let divided = now.len() > 1;
        let district = districts.iter().find(|d| self.is_within(unit, &[d])).map(|d| d.id);
        let district = district.or_else(|| self.standing(Level::District, &unit.parent).map(|d| d.id));
        let resolution = if divided { Resolution::DefaultOfDivided } else { Resolution::Exact };
        Place {
            commune_then: Some(unit.id),
            commune_now: now.first().and_then(|(code, _)| self.current.get(code)).map(|i| self.units[*i].id),
            district_then: district,
            resolution: Some(resolution),
            key: now.first().map(|(code, _)| code.clone()),
            now: now.into_iter().map(|(code, _)| code).collect(),
            doubt,
        }
    }

    fn place_of_new(&self, unit: &Unit, districts: &[&Unit]) -> Place {
        let before = self.predecessors.get(&unit.code).map(Vec::as_slice).unwrap_or_default();
        let parents: BTreeSet<&str> = before
            .iter()
            .filter_map(|(old, _)| self.standing(Level::Commune, old))
            .map(|u| u.parent.as_str())
            .collect();
        let district = match districts {
            [one] => Some(one.id),
            _ if parents.len() == 1 => {
                parents.first().and_then(|p| self.standing(Level::District, p)).map(|d| d.id)
            }
            _ => None,
        };
        let then = match before {
            [(old, true)] => self.standing(Level::Commune, old).map(|u| u.id),
            _ => None,
        };
        Place {
            commune_then: then,
            commune_now: Some(unit.id),
            district_then: district,
            resolution: Some(Resolution::Exact),
            now: vec![unit.code.clone()],
            key: Some(unit.code.clone()),
            doubt: None,
        }
    }

    /// Of several old communes of a name the one that bore it to the end, or today's commune that all became.
    fn one_of(&self, old: &[&Unit], districts: &[&Unit]) -> Option<Place> {
        let mut last = old.iter().filter(|u| self.successors.contains_key(&u.code));
        match (last.next(), last.next()) {
            (Some(unit), None) => Some(self.place_of_old(unit, districts)),
            _ => self.common_successor(old),
        }
    }

    fn common_successor(&self, old: &[&Unit]) -> Option<Place> {
        let mut all = old.iter().map(|u| self.successors.get(&u.code).cloned().unwrap_or_default());
        let first = all.next().filter(|s| s.len() == 1)?;
        let same = all.all(|s| s == first);
        let unit = self.current.get(&first[0].0).map(|i| &self.units[*i]).filter(|_| same)?;
        Some(Place { commune_then: None, ..self.place_of_new(unit, &[]) })
    }

    /// Names long out of use, then names one letter off.
    fn second_best(
        &self,
        question: &Question<'_>,
        names: &[Name],
        districts: &[&Unit],
    ) -> Result<Place, Doubt> {
        let province = self.standing(Level::Province, question.province).map(|p| p.parsed.bare.as_str());
        let retired = self.retired.iter().filter(|r| {
            province == Some(r.province.as_str())
                && names
                    .iter()
                    .any(|n| n.bare == r.commune.bare && (n.kind.is_none() || n.kind == r.commune.kind))
                && districts.iter().any(|d| d.parsed.bare == r.district.bare)
        });
        let codes: BTreeSet<&str> = retired.map(|r| r.new_code.as_str()).collect();
        if let (Some(code), 1) = (codes.first(), codes.len())
            && let Some(unit) = self.current.get(*code).map(|i| &self.units[*i])
        {
            let place = self.place_of_new(unit, districts);
            return Ok(Place { commune_then: None, doubt: Some(Doubt::RetiredName), ..place });
        }
        let near = self.misspelt(names, districts);
        match near.as_slice() {
            [unit] => Ok(Place { doubt: Some(Doubt::Misspelt), ..self.place_of_old(unit, districts) }),
            _ => Err(Doubt::CommuneUnknown),
        }
    }

    fn misspelt(&self, names: &[Name], districts: &[&Unit]) -> Vec<&Unit> {
        let [district] = districts else { return Vec::new() };
        let close = |unit: &&Unit| {
            names.iter().any(|n| {
                n.bare.len() >= 5
                    && !n.bare.ends_with(|c: char| c.is_ascii_digit())
                    && (n.kind.is_none() || n.kind == unit.parsed.kind)
                    && one_apart(&n.bare, &unit.parsed.bare)
            })
        };
        self.communes_of(district).filter(|u| u.to == last_old_day().succ_opt()).filter(close).collect()
    }

    fn communes_of<'p>(&'p self, district: &Unit) -> impl Iterator<Item = &'p Unit> + use<'p> {
        self.by_district.get(&district.code).into_iter().flatten().map(|i| &self.units[*i])
    }

    fn district_only(&self, districts: &[&Unit], doubt: Option<Doubt>) -> Place {
        let [district] = districts else { return Place { doubt, ..Place::default() } };
        let communes: BTreeSet<&str> = self.communes_of(district).map(|u| u.code.as_str()).collect();
        let now: BTreeSet<String> = communes
            .into_iter()
            .filter_map(|c| self.successors.get(c))
            .flatten()
            .map(|(code, _)| code.clone())
            .collect();
        Place {
            district_then: Some(district.id),
            resolution: Some(Resolution::DistrictOnly),
            now: now.into_iter().collect(),
            key: Some(district.code.clone()),
            doubt,
            ..Place::default()
        }
    }

    /// Whether a text names a district of the province.
    pub fn is_district(&self, province: &str, text: &str) -> bool {
        !self.districts(province, text).is_empty()
    }

    /// Code of the one district of the province that a text names.
    pub fn district_code(&self, province: &str, text: &str) -> Option<String> {
        match self.districts(province, &section_text(text)).as_slice() {
            [one] => Some(one.code.clone()),
            _ => None,
        }
    }

    /// Whether a text names a district, or a commune, of the province.
    pub fn is_place(&self, province: &str, text: &str) -> bool {
        let text = section_text(text);
        let day = NaiveDate::MAX;
        let ask = Question { province, commune: Some(&text), district: None, section: None, day };
        !self.districts(province, &text).is_empty() || self.resolve(&ask).resolution.is_some()
    }
}

/// A section's text without "Khu vực" and counts: "Khu vực Thành phố Hội An (cũ) (2 sản phẩm)".
pub(crate) fn section_text(text: &str) -> String {
    let mut out = text.trim();
    for lead in ["Khu vực", "KHU VỰC", "khu vực", "Địa bàn", "ĐỊA BÀN", "địa bàn"] {
        out = out.strip_prefix(lead).map_or(out, str::trim_start);
    }
    let out = out.trim_start_matches([':', ' ']);
    match out.rfind('(').filter(|at| out[*at..].contains(|c: char| c.is_ascii_digit())) {
        Some(at) => out[..at].trim().to_owned(),
        None => out.split(':').next().unwrap_or(out).trim().to_owned(),
    }
}

/// "Xã Đại Hưng, huyện Đại Lộc" in the commune's column.
fn split_commune(text: Option<&str>) -> (Option<&str>, Option<&str>) {
    let Some((commune, rest)) = text.and_then(|t| t.split_once([',', '-', '–'])) else {
        return (text, None);
    };
    let district = rest.split([',', '-', '–']).next().unwrap_or(rest);
    let names = readings(district);
    let is_district = names.iter().any(|n| {
        matches!(n.kind, Some(Type::District | Type::City | Type::TownDistrict | Type::UrbanDistrict))
    });
    if is_district { (Some(commune), Some(district)) } else { (text, None) }
}

fn fits_type(kind: Option<Type>, unit: &Unit) -> bool {
    kind.is_none_or(|k| unit.parsed.kind == Some(k))
}

/// Of units with one folded name, those whose type and tones fit; all when none do.
fn narrow<'u>(all: Vec<&'u Unit>, name: &Name) -> Vec<&'u Unit> {
    let keep = |all: &[&'u Unit], test: &dyn Fn(&Unit) -> bool| -> Option<Vec<&'u Unit>> {
        let some: Vec<&'u Unit> = all.iter().filter(|u| test(u)).copied().collect();
        (!some.is_empty()).then_some(some)
    };
    let typed = keep(&all, &|u| fits_type(name.kind, u)).unwrap_or(all);
    keep(&typed, &|u| u.parsed.toned == name.toned).unwrap_or(typed)
}

/// Whether two words differ by one letter put in, left out, changed, or swapped with its neighbour.
fn one_apart(a: &str, b: &str) -> bool {
    let (a, b) = if a.len() <= b.len() { (a.as_bytes(), b.as_bytes()) } else { (b.as_bytes(), a.as_bytes()) };
    if b.len() - a.len() > 1 {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (ra, rb) = (&a[head..], &b[head..]);
    if a.len() < b.len() {
        return ra == &rb[1..];
    }
    ra.is_empty()
        || ra[1..] == rb[1..]
        || (ra.len() >= 2 && ra[0] == rb[1] && ra[1] == rb[0] && ra[2..] == rb[2..])
}
