//! Indicator files from the binary and of the operator: form, names, and what they say of the entity types.

use std::path::Path as FilePath;

use include_dir::{Dir, include_dir};
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::super::model::{Catalog, Entity};
use super::super::source::Source;
use super::condition::{Part as Piece, pieces};
use super::file::{Conditions, Dimensions, Entries, Entry, PartEntry, Programme, ReasonEntry};
use super::*;
use crate::error::Fault;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schema/indicators");
const CONDITIONS: &str = "conditions.toml";
const DIMENSIONS: &str = "dimensions.toml";
const PROGRAMME: &str = "programme.toml";
const TARGET_WORDS: &str = "target_words.toml";

/// The files of the binary.
pub(in crate::catalog) fn embedded() -> Vec<Source> {
    let files = EMBEDDED.files().filter(|file| file.path().extension().is_some_and(|e| e == "toml"));
    let mut sources: Vec<Source> = files
        .map(|file| Source {
            path: format!("schema/indicators/{}", file.path().display()),
            text: String::from_utf8_lossy(file.contents()).into_owned(),
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

/// The files of the operator's own directory.
pub fn operators(dir: &FilePath) -> Result<Vec<Source>, Fault> {
    let unreadable = |error: std::io::Error| {
        Fault::new(
            "INDICATOR_INVALID",
            format!("the indicators in {} cannot be read: {error}", dir.display()),
            format!("không đọc được các chỉ tiêu trong {}: {error}", dir.display()),
        )
    };
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(unreadable)?;
            sources.push(Source { path: path.display().to_string(), text });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// Adds the indicators of `sources` to those that the catalog has; the same code replaces.
pub fn read(catalog: &mut Catalog, sources: &[Source]) -> Result<(), Vec<IndicatorMistake>> {
    let mut indicators = std::mem::take(&mut catalog.indicators);
    let mut wrong = Vec::new();
    let named = |source: &&Source| [CONDITIONS, TARGET_WORDS].contains(&file_name(source));
    // What others name is read before them.
    for source in sources.iter().filter(named).chain(sources.iter().filter(|source| !named(source))) {
        let mut reading = Reading { catalog, source, wrong: &mut wrong };
        match file_name(source) {
            CONDITIONS => reading.conditions(&mut indicators),
            DIMENSIONS => reading.dimensions(&mut indicators),
            PROGRAMME => reading.programme(&mut indicators),
            TARGET_WORDS => reading.target_words(&mut indicators),
            _ => reading.indicators(&mut indicators),
        }
    }
    catalog.indicators = indicators;
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn file_name(source: &Source) -> &str {
    source.path.rsplit(['/', '\\']).next().unwrap_or_default()
}

struct Reading<'a> {
    catalog: &'a Catalog,
    source: &'a Source,
    wrong: &'a mut Vec<IndicatorMistake>,
}

impl Reading<'_> {
    fn parsed<T: DeserializeOwned + Default>(&mut self) -> T {
        match toml::from_str(&self.source.text) {
            Ok(parsed) => parsed,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let message = error.message().to_owned();
                self.say(at, message.clone(), format!("sai cấu trúc: {message}"));
                T::default()
            }
        }
    }

    /// Line of the byte `at`.
    fn line(&self, at: usize) -> usize {
        1 + self.source.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    fn say(&mut self, at: usize, en: impl Into<String>, vi: impl Into<String>) {
        let line = self.line(at);
        self.wrong.push(IndicatorMistake::new(&self.source.path, line, en, vi));
    }

    /// The value of an enum of the schema.
    fn one_of(&mut self, name: &str, given: &Spanned<String>) {
        let Some(known) = self.catalog.enums.get(name) else { return };
        if !known.values.contains_key(given.get_ref()) {
            let all: Vec<&str> = known.values.keys().map(String::as_str).collect();
            let (word, all) = (given.get_ref(), all.join(", "));
            self.say(
                given.span().start,
                format!("{word} is unknown; expected one of {all}"),
                format!("không có {word}; cần một trong {all}"),
            );
        }
    }

    fn dimensions(&mut self, into: &mut Indicators) {
        let all: Dimensions = self.parsed();
        for (list, names) in all {
            let Some(entity) = listed(self.catalog, list.get_ref()) else {
                self.unknown_list(&list);
                continue;
            };
            for (name, path) in names {
                let path = path.as_str().unwrap_or_default().to_owned();
                if Dimension::resolve(self.catalog, entity, &path).is_none() {
                    self.say(
                        list.span().start,
                        format!("{}.{name}: {path:?} leads nowhere", list.get_ref()),
                        format!("{}.{name}: {path:?} không dẫn tới trường nào", list.get_ref()),
                    );
                }
                into.dimensions.entry(list.get_ref().clone()).or_default().insert(name, path);
            }
        }
    }

    fn programme(&mut self, into: &mut Indicators) {
        let all: Programme = self.parsed();
        for one in all.programme {
            match one.since.get_ref().parse() {
                Ok(since) => {
                    into.programmes.push(Beginning { since, province: one.province, name: one.name })
                }
                Err(_) => self.say(
                    one.since.span().start,
                    format!("{:?} is no day; expected one like 2018-05-07", one.since.get_ref()),
                    format!("{:?} không phải ngày; cần dạng 2018-05-07", one.since.get_ref()),
                ),
            }
        }
        into.missing.extend(all.missing.into_iter().map(Spanned::into_inner));
    }

    /// The operator's own spellings are added to the program's.
    fn target_words(&mut self, into: &mut Indicators) {
        let own: TargetWords = self.parsed();
        let all = &mut into.target_words;
        for (name, spellings) in own.qualifier {
            all.qualifier.entry(name).or_default().extend(spellings);
        }
        all.nothing.extend(own.nothing);
        all.counted.extend(own.counted);
    }

    fn known_words(&mut self, target: &Spanned<TargetRule>, words: &TargetWords) {
        let rule = target.get_ref();
        for name in rule.says.iter().chain(&rule.may).filter(|name| !words.qualifier.contains_key(*name)) {
            let known: Vec<&str> = words.qualifier.keys().map(String::as_str).collect();
            let known = known.join(", ");
            self.say(
                target.span().start,
                format!("{name} is no qualifier of {TARGET_WORDS}; there are {known}"),
                format!("{TARGET_WORDS} không có {name}; hiện có {known}"),
            );
        }
    }

    fn conditions(&mut self, into: &mut Indicators) {
        let all: Conditions = self.parsed();
        for (name, condition) in all {
            // In one line, so that lines behind it are those of the file that names it.
            let condition = condition.get_ref().trim().replace('\n', " ");
            into.conditions.insert(name.into_inner(), condition);
        }
    }

    /// A condition with those that it names in their places.
    fn condition(&mut self, given: &Spanned<String>, named: &IndexMap<String, String>) -> String {
        let mut out = String::new();
        for piece in pieces(given.get_ref().trim()) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Name(name) => match named.get(name) {
                    Some(condition) => out.push_str(condition),
                    None => {
                        let known: Vec<String> = named.keys().map(|name| format!("@{name}")).collect();
                        let known = known.join(", ");
                        self.say(
                            given.span().start,
                            format!("@{name} is no condition of {CONDITIONS}; there are {known}"),
                            format!("{CONDITIONS} không có điều kiện @{name}; hiện có {known}"),
                        );
                    }
                },
            }
        }
        out
    }

    fn indicators(&mut self, into: &mut Indicators) {
        let all: Entries = self.parsed();
        for (code, entry) in all {
            entry.target.iter().for_each(|target| self.known_words(target, &into.target_words));
            if let Some(indicator) = self.indicator(&code, entry, &into.conditions) {
                into.all.insert(code.into_inner(), indicator);
            }
        }
    }

    fn indicator(
        &mut self,
        code: &Spanned<String>,
        entry: Entry,
        named: &IndexMap<String, String>,
    ) -> Option<Indicator> {
        self.one_of("IndicatorUnit", &entry.unit);
        let direction = entry.direction.map_or("NONE".to_owned(), |given| {
            self.one_of("IndicatorDirection", &given);
            given.into_inner()
        });
        let period = match entry.period.as_ref().map(|p| p.get_ref().as_str()) {
            None | Some("INSTANT") => Period::Instant,
            Some("YEAR") => Period::Year,
            Some("TWELVE_MONTHS") => Period::TwelveMonths,
            Some(_) => {
                entry.period.iter().for_each(|given| self.one_of("IndicatorPeriod", given));
                Period::Instant
            }
        };
        entry.office.iter().for_each(|given| self.one_of("OfficeKind", given));
        for target in &entry.target {
            let word = Spanned::new(target.span(), target.get_ref().indicator.clone());
            self.one_of("TargetIndicator", &word);
        }
        let numerator = self.part(&entry.numerator, named);
        let denominator = entry.denominator.as_ref().map(|part| self.part(part, named));
        let rows = entry.rows.as_ref().map(|part| self.part(part, named));
        Some(Indicator {
            code: code.get_ref().clone(),
            name: entry.name,
            definition: entry.definition,
            unit: entry.unit.into_inner(),
            direction,
            period,
            days: entry.days,
            office: entry.office.map(Spanned::into_inner),
            needs_scope: entry.needs_scope,
            decimals: entry.decimals.unwrap_or(2),
            ended: entry.ended,
            numerator: numerator?,
            denominator: match denominator {
                Some(part) => Some(part?),
                None => None,
            },
            rows: match rows {
                Some(part) => Some(part?),
                None => None,
            },
            targets: entry.target.into_iter().map(Spanned::into_inner).collect(),
            compare: entry.compare.into_iter().map(Spanned::into_inner).collect(),
            came: entry.came.into_iter().map(|reason| self.reason(reason, named)).collect(),
            left: entry.left.into_iter().map(|reason| self.reason(reason, named)).collect(),
            file: self.source.path.clone(),
        })
    }

    fn reason(&mut self, entry: ReasonEntry, named: &IndexMap<String, String>) -> Reason {
        let line = self.line(entry.condition.span().start);
        let condition = self.condition(&entry.condition, named);
        Reason { code: entry.code, name: entry.name, condition, line, as_of: entry.as_of }
    }

    fn part(&mut self, entry: &PartEntry, named: &IndexMap<String, String>) -> Option<Part> {
        let Some(entity) = listed(self.catalog, entry.list.get_ref()) else {
            self.unknown_list(&entry.list);
            return None;
        };
        let (condition, line) = match &entry.condition {
            Some(given) => (self.condition(given, named), self.line(given.span().start)),
            None => (String::new(), self.line(entry.list.span().start)),
        };
        Some(Part {
            list: entry.list.get_ref().clone(),
            entity: entity.name.clone(),
            take: self.take(entity, entry)?,
            condition,
            line,
            as_of: entry.as_of,
            placed: entity.has_place() || self.catalog.is_unit(entity),
            valid: entity.validity.is_some(),
        })
    }

    fn take(&mut self, entity: &Entity, entry: &PartEntry) -> Option<Take> {
        let given: Vec<(&Spanned<String>, Take)> = [
            entry.count_distinct.as_ref().map(|f| (f, Take::Distinct(f.get_ref().clone()))),
            entry.sum.as_ref().map(|f| (f, Take::Sum(f.get_ref().clone()))),
            entry.avg.as_ref().map(|f| (f, Take::Average(f.get_ref().clone()))),
        ]
        .into_iter()
        .flatten()
        .collect();
        let (field, take) = match given.as_slice() {
            [] => return Some(Take::Count),
            [one] => one.clone(),
            _ => {
                self.say(
                    entry.list.span().start,
                    "count_distinct, sum and avg exclude each other",
                    "count_distinct, sum và avg loại trừ nhau",
                );
                return None;
            }
        };
        let name = field.get_ref();
        let known = entity.columns.contains_key(name)
            || (matches!(take, Take::Distinct(_)) && entity.links.contains_key(name));
        if !known {
            self.say(
                field.span().start,
                format!("{} has no field {name}", entity.name),
                format!("{} không có trường {name}", entity.name),
            );
            return None;
        }
        Some(take)
    }

    fn unknown_list(&mut self, list: &Spanned<String>) {
        let name = list.get_ref();
        self.say(
            list.span().start,
            format!("{name:?} is no list of the graph; expected a name like products"),
            format!("{name:?} không phải danh sách của đồ thị; cần tên như products"),
        );
    }
}

/// The type of a root list's rows.
fn listed<'c>(catalog: &'c Catalog, list: &str) -> Option<&'c Entity> {
    let is = |entity: &&Entity| entity.plural == list || entity.roots.iter().any(|view| view.field == list);
    catalog.entities.values().find(is)
}
