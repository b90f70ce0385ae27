//! Which unit a text names: an id, a code with a day, or a name. Pure.

use chrono::NaiveDate;

use super::super::answer::Coded;
use super::index::{Territory, reform};
use crate::ingest::place::readings;
use crate::store::id;

/// Characters of the longest text that can name a place.
pub(super) const LONGEST: usize = 200;
/// Candidates told of an ambiguous name.
const TOLD: usize = 8;

impl Territory {
    /// The unit that `text` names.
    pub fn named(&self, text: &str) -> Result<usize, Coded> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            return Err(unknown(text));
        }
        if let Some((_, uuid)) = id::decode(text) {
            return self.by_id.get(&uuid).copied().ok_or_else(|| unknown(text));
        }
        let (code, day) = text.split_once('@').map_or((text, None), |(code, day)| (code, Some(day)));
        if !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit()) {
            return self.by_code(text, code, day);
        }
        let found = self.by_words(text);
        self.only(text, found)
    }

    fn by_code(&self, text: &str, code: &str, day: Option<&str>) -> Result<usize, Coded> {
        let all = self.by_code.get(code).map(Vec::as_slice).unwrap_or_default();
        let Some(day) = day else {
            return self.only(text, self.last_periods(all.to_vec()));
        };
        let day: NaiveDate = day.trim().parse().map_err(|_| no_day(text, day))?;
        let then: Vec<usize> = all.iter().copied().filter(|n| self.holds(*n, day)).collect();
        match then.as_slice() {
            [] if !all.is_empty() => Err(self.not_on(code, day, all)),
            _ => self.only(text, then),
        }
    }

    /// Whether the unit is there on a day.
    pub fn holds(&self, unit: usize, day: NaiveDate) -> bool {
        let own = &self.units[unit];
        let oldest = || self.periods(unit).all(|p| self.units[p].from >= own.from);
        // The first day of the oldest period is the first known, not the first.
        let begun = own.from <= day || (own.from < reform() && oldest());
        begun && own.to.is_none_or(|to| day < to)
    }

    /// The unit that `text` names on a day, and whether by its name: an id, or a code with a day of its own, names
    /// one unit whatever the day.
    pub fn named_on(&self, text: &str, day: NaiveDate) -> Result<(usize, bool), Coded> {
        let text = text.trim();
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if id::decode(text).is_some() || (text.contains('@') && !digits) {
            return Ok((self.named(text)?, false));
        }
        if text.is_empty() || text.len() > LONGEST {
            return Err(unknown(text));
        }
        let known = match digits {
            true => self.by_code.get(text).cloned().unwrap_or_default(),
            false => {
                let mut found = self.of_name_and_above(text);
                if found.iter().any(|n| self.units[*n].level == 0) {
                    found.retain(|n| self.units[*n].level == 0);
                }
                found
            }
        };
        let then: Vec<usize> = known.iter().copied().filter(|n| self.holds(*n, day)).collect();
        match (known.as_slice(), then.as_slice()) {
            ([_, ..], []) => Err(self.not_on(text, day, &known)),
            _ => Ok((self.only(text, then)?, true)),
        }
    }

    fn not_on(&self, text: &str, day: NaiveDate, known: &[usize]) -> Coded {
        let (text, told) = (shown(text), known.iter().take(TOLD));
        let lives = |n: &usize| {
            let unit = &self.units[*n];
            let next: Vec<String> = self.went_to[*n].iter().take(TOLD).map(|n| self.in_words(*n)).collect();
            let next = if self.went_to[*n].len() > TOLD {
                format!("{}; …", next.join("; "))
            } else {
                next.join("; ")
            };
            (format!("{}@{} {}", unit.code, unit.from, unit.name), unit, next)
        };
        let en = told.clone().map(lives).map(|(name, unit, next)| match unit.to {
            Some(to) if to <= day => {
                let next = if next.is_empty() { String::new() } else { format!(", succeeded by {next}") };
                format!("{name} was there until {}{next}", last_day(to))
            }
            _ => format!("{name} is there from {} on", unit.from),
        });
        let vi = told.map(lives).map(|(name, unit, next)| match unit.to {
            Some(to) if to <= day => {
                let next =
                    if next.is_empty() { String::new() } else { format!(", kế thừa bởi {next}") };
                format!("{name} tồn tại đến {}{next}", last_day(to))
            }
            _ => format!("{name} có từ {}", unit.from),
        });
        let (en, vi) = (en.collect::<Vec<_>>().join("; "), vi.collect::<Vec<_>>().join("; "));
        Coded::fault(
            "UNIT_NOT_ON_DATE",
            format!(
                "no unit has the name or code {text:?} on {day}: {en}; for its territory in the units of that day write its \
                 code with a day of its own"
            ),
            format!(
                "ngày {day} không có đơn vị nào tên hoặc mã {text:?}: {vi}; muốn tính theo địa bàn cũ, hãy ghi mã kèm ngày \
                 đơn vị còn tồn tại"
            ),
        )
    }

    /// Units of a name, behind commas the units above: "Duy Sơn, Duy Xuyên, Quảng Nam".
    fn by_words(&self, text: &str) -> Vec<usize> {
        let found = self.last_periods(self.of_name_and_above(text));
        // Of one level, the unit of today stands for the name; a province for its name alone.
        let today = |level| found.iter().any(|n| self.units[*n].level == level && self.is_of_today(*n));
        let mut kept: Vec<usize> =
            found.iter().copied().filter(|n| self.is_of_today(*n) || !today(self.units[*n].level)).collect();
        if kept.iter().any(|n| self.units[*n].level == 0) {
            kept.retain(|n| self.units[*n].level == 0);
        }
        kept
    }

    /// Units of every time.
    fn of_name_and_above(&self, text: &str) -> Vec<usize> {
        let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let Some(own) = parts.next() else { return Vec::new() };
        let above: Vec<&str> = parts.collect();
        let mut found = self.of_name(own);
        found.retain(|unit| {
            let higher = self.above(*unit);
            let mut names = above.iter().map(|part| self.of_name(part));
            names.all(|named| higher.iter().any(|h| named.contains(h) || self.same_name(*h, &named)))
        });
        found
    }

    fn same_name(&self, unit: usize, named: &[usize]) -> bool {
        named
            .iter()
            .any(|n| self.units[*n].code == self.units[unit].code && self.names[*n] == self.names[unit])
    }

    /// Units whose name reads so: with its type where the text has one, with its tones where it has any.
    fn of_name(&self, text: &str) -> Vec<usize> {
        let readings = readings(text);
        for reading in &readings {
            let all = self.by_name.get(&reading.bare).into_iter().flatten().copied();
            let typed: Vec<usize> = all
                .filter(|n| reading.kind.is_none() || self.names[*n].kind == reading.kind)
                .filter(|n| !reading.old || !self.is_of_today(*n))
                .collect();
            let toned: Vec<usize> =
                typed.iter().copied().filter(|n| self.names[*n].toned == reading.toned).collect();
            if !toned.is_empty() {
                return toned;
            }
            if !typed.is_empty() {
                return typed;
            }
        }
        Vec::new()
    }

    /// The last period of each unit among these.
    fn last_periods(&self, units: Vec<usize>) -> Vec<usize> {
        let mut last: Vec<usize> = Vec::new();
        for unit in units {
            let same = |other: &usize| self.periods(unit).any(|p| p == *other);
            match last.iter_mut().find(|other| same(other)) {
                Some(other) if self.units[*other].from < self.units[unit].from => *other = unit,
                Some(_) => {}
                None => last.push(unit),
            }
        }
        last
    }

    fn only(&self, text: &str, found: Vec<usize>) -> Result<usize, Coded> {
        match found.as_slice() {
            [] => Err(unknown(text)),
            [only] => Ok(*only),
            many => {
                let mut told: Vec<String> = many.iter().take(TOLD).map(|n| self.in_words(*n)).collect();
                if many.len() > TOLD {
                    told.push("…".to_owned());
                }
                let (told, text) = (told.join("; "), shown(text));
                Err(Coded::fault(
                    "UNIT_AMBIGUOUS",
                    format!(
                        "{text:?} names {} units: {told}; write the code with the day, or the units above behind commas",
                        many.len()
                    ),
                    format!(
                        "{text:?} ứng với {} đơn vị: {told}; hãy ghi mã kèm ngày, hoặc thêm đơn vị cấp trên sau dấu phẩy",
                        many.len()
                    ),
                ))
            }
        }
    }

    /// `20623@2025-07-01 Xã Duy Xuyên, Thành phố Đà Nẵng`
    fn in_words(&self, unit: usize) -> String {
        let own = &self.units[unit];
        let above = self.above(unit).into_iter().map(|n| self.units[n].name.as_str());
        let names: Vec<&str> = std::iter::once(own.name.as_str()).chain(above).collect();
        format!("{}@{} {}", own.code, own.from, names.join(", "))
    }
}

/// The day before the first day no longer.
fn last_day(to: NaiveDate) -> NaiveDate {
    to.pred_opt().unwrap_or(to)
}

/// The day of a code with a day.
pub(super) fn own_day(text: &str) -> Option<NaiveDate> {
    text.split_once('@').and_then(|(_, day)| day.trim().parse().ok())
}

fn no_day(text: &str, day: &str) -> Coded {
    let (text, day) = (shown(text), shown(day.trim()));
    Coded::fault(
        "UNIT_UNKNOWN",
        format!(
            "{text:?}: {day:?} is no day of the calendar; write year, month and day, like 20623@2025-07-01"
        ),
        format!(
            "{text:?}: {day:?} không phải ngày có trong lịch; hãy ghi năm, tháng, ngày, ví dụ 20623@2025-07-01"
        ),
    )
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

fn unknown(text: &str) -> Coded {
    let text = shown(text);
    Coded::fault(
        "UNIT_UNKNOWN",
        format!(
            "{text:?} names no administrative unit; give an id, a code with a day (20623@2025-07-01) or a name (Duy Sơn, Duy Xuyên, Quảng Nam)"
        ),
        format!(
            "{text:?} không phải đơn vị hành chính nào; hãy ghi mã định danh, mã kèm ngày (20623@2025-07-01) hoặc tên (Duy Sơn, Duy Xuyên, Quảng Nam)"
        ),
    )
}
