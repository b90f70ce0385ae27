//! Forms of a table that need more than headings: two things in one cell, a column a year, a sheet a district.

use std::collections::BTreeSet;

use super::find::Table;
use super::likeness::{Vocabulary, without_year};
use super::{FileSheet, Guess, Meaning, assign};
use crate::ingest::fold::flat;
use crate::ingest::place::{Level, Places};
use crate::ingest::register::{Kind, Register};

/// Column for the year of a row, where the register has none.
const REPORTED: &str = "reported";

/// The tables that seem to be needed, as TOML, with the reason; marks the columns they explain.
pub fn shapes(
    tables: &[Table<'_>],
    sheets: &mut [FileSheet],
    register: &Register,
    words: &Vocabulary,
    places: &Places,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    out.extend(districts(tables, sheets, register, places));
    for sheet in sheets.iter_mut() {
        let mut made = Made::new();
        out.extend(years(sheet, register, words, &mut made));
        out.extend(two_in_one(sheet, register, &mut made));
        out.extend(maker_and_place(sheet, register, &mut made));
        out.extend(number_and_day(sheet, register, &mut made));
        if !made.is_empty() {
            (sheet.layout, sheet.missing) = assign::form(&sheet.columns, register, &made);
        }
    }
    let mut told = BTreeSet::new();
    out.retain(|(toml, _): &(String, String)| told.insert(toml.clone()));
    out
}

/// Sheets named after districts, where no column says the district.
fn districts(
    tables: &[Table<'_>],
    sheets: &[FileSheet],
    register: &Register,
    places: &Places,
) -> Option<(String, String)> {
    let column = register
        .model
        .target
        .values()
        .filter_map(|t| t.place.as_ref())
        .map(|p| p.district.as_str())
        .next()?;
    let has = sheets.iter().flat_map(|s| &s.columns).any(|c| c.meaning == Meaning::Column(column.to_owned()));
    let read: Vec<&str> = tables.iter().filter(|t| t.rows > 0).map(|t| t.sheet.name.as_str()).collect();
    let named = read.iter().filter(|n| places.knows(Level::District, n)).count();
    (!has && read.len() >= 2 && named * 10 >= read.len() * 6).then(|| {
        // Sheets of other files of the register may be named after years, or not at all.
        let digits = read.iter().any(|name| name.contains(|c: char| c.is_ascii_digit()));
        let any = if digits { ".+" } else { r"\D+" };
        let toml = format!("[[split]]\ncolumn = \"@sheet\"\npattern = '^(?<{column}>{any})$'\n");
        (toml, format!("{named} of {} sheets are named after districts", read.len()))
    })
}

/// Headings that differ in the year alone.
fn years(
    sheet: &mut FileSheet,
    register: &Register,
    words: &Vocabulary,
    made: &mut Made,
) -> Vec<(String, String)> {
    let mut stems: Vec<(String, Vec<usize>)> = Vec::new();
    for (i, column) in sheet.columns.iter().enumerate() {
        let Some((stem, _)) = without_year(&column.heading) else { continue };
        match stems.iter_mut().find(|(s, _)| *s == stem) {
            Some((_, list)) => list.push(i),
            None => stems.push((stem, vec![i])),
        }
    }
    let mut out = Vec::new();
    for (stem, list) in stems.into_iter().filter(|(_, list)| list.len() >= 2) {
        let Some((rate, value)) = value_of(sheet, register, words, &stem, &list) else { continue };
        list.iter().for_each(|i| sheet.columns[*i].meaning = Meaning::Shaped);
        let day = day_of(register, &value);
        let group = day.clone().unwrap_or_else(|| REPORTED.to_owned());
        if let (None, Some(layout)) = (&day, &sheet.layout) {
            let why = "a column for the year, by which a row says of when it speaks".to_owned();
            out.push((format!("[column.{group}]\n"), why.clone()));
            let name = super::draft::quoted(layout);
            out.push((format!("[[layout]]\nname = {name}\nobserved_on = [\"{group}\"]\n"), why));
        }
        let sure = (rate * 100.0).round();
        let why = format!("{} columns differ in the year alone; read as {value} ({sure} %)", list.len());
        let patterns: BTreeSet<String> =
            list.iter().filter_map(|i| year_pattern(&sheet.columns[*i].heading, &group)).collect();
        for pattern in patterns {
            out.push((format!("[[unpivot]]\nheadings = '{pattern}'\nvalue = \"{value}\"\n"), why.clone()));
        }
        made.extend([value, group]);
    }
    out
}

/// A heading as a pattern, with the year in it as a group.
fn year_pattern(heading: &str, group: &str) -> Option<String> {
    let (_, year) = without_year(heading)?;
    let folded = format!(" {} ", flat(heading));
    let (before, after) = folded.split_once(&format!(" {year} "))?;
    let before = format!("{before} ");
    let before = before.strip_suffix(" nam ").map_or(before.as_str(), |before| before);
    let (before, after) = (before.trim(), after.trim());
    let gap = |text: &str| if text.is_empty() { "" } else { " " };
    Some(format!("^{before}{}(nam )?(?<{group}>20\\d\\d){}{after}$", gap(before), gap(after)))
}

/// The column that cells under such headings are, none that another column of the file is already.
fn value_of(
    sheet: &FileSheet,
    register: &Register,
    words: &Vocabulary,
    stem: &str,
    list: &[usize],
) -> Option<(f64, String)> {
    let taken = |name: &str| {
        let mut others = sheet.columns.iter().enumerate().filter(|(i, _)| !list.contains(i));
        others.any(|(_, c)| c.meaning == Meaning::Column(name.to_owned()))
    };
    let rated = register.model.column.keys().filter(|c| !taken(c)).map(|c| {
        let (by_stem, _) = words.nearest(stem, register, c);
        let by_looks = list.iter().map(|i| fit(&sheet.columns[*i], register, c)).fold(0.0, f64::max);
        let needed = register.model.layout.iter().any(|l| l.required.iter().any(|r| r == c));
        (0.5 * by_stem + 0.4 * by_looks + if needed { 0.1 } else { 0.0 }, c.clone())
    });
    rated.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
}

/// The column that says when, in the form that needs `column`, else in the first that says.
fn day_of(register: &Register, column: &str) -> Option<String> {
    let needs = |l: &&crate::ingest::register::Layout| {
        l.required.iter().any(|r| r.split('|').any(|c| c.trim() == column))
    };
    let layouts = &register.model.layout;
    let mut all = layouts.iter().filter(needs).chain(layouts.iter());
    all.find_map(|l| l.observed_on.first().cloned())
}

type Made = BTreeSet<String>;

/// "Quyết định số 12/QĐ-UBND ngày 5/6/2024" where no column gives the day.
fn number_and_day(sheet: &mut FileSheet, register: &Register, made: &mut Made) -> Vec<(String, String)> {
    let rules = || register.model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    let is = |name: &str, kind: Kind| rules().any(|r| r.from == name && Kind::of(&r.kind) == kind);
    let has = |name: &str| sheet.columns.iter().any(|c| c.meaning == Meaning::Column(name.to_owned()));
    let mut out = Vec::new();
    for column in &sheet.columns {
        let Meaning::Column(name) = &column.meaning else { continue };
        let Some(day) = day_of(register, name).filter(|d| d != name && !has(d)) else { continue };
        if is(name, Kind::Decision) && column.looks.share("date") >= 0.6 {
            let toml = format!(
                "[[split]]\ncolumn = \"{name}\"\npattern = '^(?<{name}>.+?)[,;]?\\s+(ngày\\s+)?(?<{day}>\\d{{1,2}}[/.-]\\d{{1,2}}[/.-]\\d{{4}})$'\n"
            );
            out.push((toml, "the day stands behind the number".to_owned()));
            made.insert(day);
        }
    }
    out
}

fn fit(column: &super::FileColumn, register: &Register, name: &str) -> f64 {
    let rules = register.model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    let fits = rules
        .filter(|r| r.from == name)
        .map(|r| column.looks.fit(Kind::of(&r.kind), &r.kind, register, false));
    fits.fold(0.0, f64::max)
}

/// "Mật hoa dừa - Công ty TNHH …, xã …, huyện …" where no column names the maker.
fn two_in_one(sheet: &mut FileSheet, register: &Register, made: &mut Made) -> Vec<(String, String)> {
    let rules = || register.model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    let by = |kind: Kind| {
        rules().find(|r| Kind::of(&r.kind) == kind && sheet.missing.contains(&r.from)).map(|r| r.from.clone())
    };
    let Some(maker) = by(Kind::Organisation) else { return Vec::new() };
    let place =
        register.model.target.values().filter_map(|t| t.place.as_ref()).map(|p| p.address.clone()).next();
    let Some(at) = sheet.columns.iter().position(|c| parted(c, register)) else { return Vec::new() };
    let product =
        rules().find(|r| Kind::of(&r.kind) == Kind::Name && r.from != maker).map(|r| r.from.clone());
    let Some(product) = product else { return Vec::new() };
    let rest = place.filter(|p| !p.is_empty()).map(|p| format!("(?:,\\s*(?<{p}>.+))?")).unwrap_or_default();
    let toml = format!(
        "[[split]]\ncolumn = \"{product}\"\npattern = '^(?<{product}>.+?)\\s+[-–]\\s+(?<{maker}>[^,]+?){rest}$'\n"
    );
    let meaning = Meaning::Column(product.clone());
    sheet.columns.iter_mut().filter(|c| c.meaning == meaning).for_each(|c| c.meaning = Meaning::Unknown);
    let column = &mut sheet.columns[at];
    column.meaning = meaning;
    if !column.guesses.iter().any(|g| g.column == product) {
        let (by_heading, by_looks) = (0.0, None);
        column.guesses.push(Guess {
            column: product.clone(),
            confidence: 0.6,
            by_heading,
            by_looks,
            nearest: None,
        });
    }
    made.extend([maker, product]);
    vec![(toml, "a dash and an organisation's name stand behind the first name".to_owned())]
}

/// "HTX An Bình, thôn 3, xã Xuân Hòa" where no column names the maker.
fn maker_and_place(sheet: &mut FileSheet, register: &Register, made: &mut Made) -> Vec<(String, String)> {
    let rules = || register.model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    let maker = rules().find(|r| Kind::of(&r.kind) == Kind::Organisation).map(|r| r.from.clone());
    let place =
        register.model.target.values().filter_map(|t| t.place.as_ref()).find(|p| !p.address.is_empty());
    let (Some(maker), Some(place)) = (maker, place) else { return Vec::new() };
    let is = |name: &str| Meaning::Column(name.to_owned());
    let placed = [&place.commune, &place.address].into_iter().any(|name| {
        sheet.columns.iter().any(|c| c.meaning == is(name) && c.looks.share("organisation") < 0.5)
    });
    let both = |c: &super::FileColumn| {
        let looks = |kind| c.looks.share(kind) >= 0.6;
        looks("organisation")
            && looks("address")
            && (c.meaning == is(&maker) || !sheet.columns.iter().any(|c| c.meaning == is(&maker)))
    };
    let Some(at) = sheet.columns.iter().position(both).filter(|_| !placed && !made.contains(&maker)) else {
        return Vec::new();
    };
    let address = &place.address;
    let toml = format!(
        "[[split]]\ncolumn = \"{maker}\"\npattern = '^(?<{maker}>[^,;]+?)\\s*[,;]\\s*(?<{address}>.+)$'\n"
    );
    let column = &mut sheet.columns[at];
    column.meaning = is(&maker);
    if !column.guesses.iter().any(|g| g.column == maker) {
        let (by_heading, by_looks) = (0.0, None);
        column.guesses.push(Guess {
            column: maker.clone(),
            confidence: 0.6,
            by_heading,
            by_looks,
            nearest: None,
        });
    }
    made.extend([maker, address.clone()]);
    vec![(toml, "an address stands behind the organisation's name".to_owned())]
}

fn parted(column: &super::FileColumn, register: &Register) -> bool {
    let bodies = &register.model.words.bodies;
    let is_body = |text: &str| {
        let folded = format!("{} ", flat(text));
        bodies.iter().any(|b| folded.starts_with(&format!("{} ", flat(b))))
            || register
                .words()
                .vocabulary("producer_kind")
                .is_some_and(|v| v.find(text, crate::ingest::register::Match::Start).is_some())
    };
    let texts = column.looks.texts.iter().take(100);
    let hits = texts
        .clone()
        .filter(|t| t.split(" - ").nth(1).or_else(|| t.split(" – ").nth(1)).is_some_and(is_body));
    column.looks.filled >= 3 && hits.count() * 10 >= texts.count() * 6
}
