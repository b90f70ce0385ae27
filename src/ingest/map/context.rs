//! A row with all that stands around it: its columns by name, its sheet, the sections above.

use crate::ingest::cell::Cell;
use crate::ingest::clean::{Complaint, masked};
use crate::ingest::fold::tidy;
use crate::ingest::layout::{Mapping, RowKind, Style};
use crate::ingest::place::{Places, section_text};
use crate::ingest::register::Layout;

use super::outcome::{Issue, Severity};
use super::prepare::SheetRead;
use super::{Prepared, Shared};

/// The place the rows below a section belong to.
#[derive(Debug, Default)]
pub(super) struct Sections {
    pub district: Option<(Style, String)>,
    pub commune: Option<(Style, String)>,
    /// The last section that is no place.
    pub text: Option<String>,
    /// The data row before: its position, and the number of the row it is a copy of or its own.
    pub last: Option<(usize, i32)>,
}

impl Sections {
    /// A new section: a district, a commune, or the end of the ones of its style.
    pub(super) fn enter(&mut self, shared: &Shared<'_>, style: Style, text: &str) {
        let raw = tidy(text);
        let text = section_text(text);
        // "Phường Cái Răng" is no slip for the district of that name; and below a commune that nobody knows, the rows
        // are not in the one before.
        if shared.places.says_commune(shared.province, &text)
            || (Places::is_like_commune(&text) && !shared.places.is_district(shared.province, &text))
        {
            self.commune = Some((style, text));
            if self.district.as_ref().is_some_and(|(s, _)| *s == style) {
                self.district = None;
            }
        } else if shared.places.is_district(shared.province, &text) {
            self.district = Some((style, text));
            self.commune = None;
        } else if shared.places.is_place(shared.province, &text) {
            self.commune = Some((style, text));
            if self.district.as_ref().is_some_and(|(s, _)| *s == style) {
                self.district = None;
            }
        } else {
            self.district.take_if(|(s, _)| *s == style);
            self.commune.take_if(|(s, _)| *s == style);
            self.text = Some(raw);
        }
    }
}

/// Calls `each` with every data row of a file, in their order, as it will be mapped.
pub(super) fn each_row(shared: &Shared<'_>, file: &Prepared<'_>, mut each: impl FnMut(&RowContext<'_>)) {
    for sheet in &file.sheets {
        let mut sections = Sections::default();
        for index in 0..sheet.sheet.rows.len() {
            match sheet.kind(index) {
                RowKind::Section(style, text) => sections.enter(shared, *style, text),
                RowKind::Data(table) => {
                    each(&RowContext {
                        shared,
                        sheet,
                        index,
                        table: *table,
                        sections: &sections,
                        part: None,
                    });
                }
                _ => {}
            }
        }
    }
}

/// A row with all that stands around it.
pub(super) struct RowContext<'a> {
    pub shared: &'a Shared<'a>,
    pub sheet: &'a SheetRead,
    pub index: usize,
    pub table: usize,
    pub sections: &'a Sections,
    /// A part of a list that stands in the place of its cell, and that cell's column.
    pub part: Option<(&'a str, &'a Cell)>,
}

impl<'a> RowContext<'a> {
    /// Whether the row's form has the target.
    pub(super) fn makes(&self, target: &str) -> bool {
        self.layout().targets.iter().any(|name| name == target)
    }

    pub(super) fn mapping(&self) -> Option<&'a Mapping> {
        self.sheet.analysis.as_ref().and_then(|a| a.mappings.get(self.table))
    }

    /// The form of the table the row is in.
    pub(super) fn layout(&self) -> &'a Layout {
        &self.shared.register.model.layout[self.mapping().map_or(0, |m| m.layout)]
    }

    /// The cell of a column; `@sheet` and `@title` are texts of the sheet.
    pub(super) fn source(&self, column: &str) -> Cell {
        match column {
            "@sheet" => Cell::Text(self.sheet.sheet.name.clone()),
            "@title" => Cell::Text(self.sheet.analysis.as_ref().map(|a| a.title.clone()).unwrap_or_default()),
            "@section" => Cell::Text(self.sections.text.clone().unwrap_or_default()),
            "@province" => Cell::Text(self.shared.province.to_owned()),
            column => self.cell(column).cloned().unwrap_or_default(),
        }
    }

    pub(super) fn cell(&self, column: &str) -> Option<&'a Cell> {
        if let Some((_, part)) = self.part.filter(|(of, _)| *of == column) {
            return Some(part);
        }
        let (at, _) = self.mapping()?.columns.get(column)?;
        self.sheet.cells[self.index].get(*at)
    }

    /// Whether the table has a column.
    pub(super) fn has(&self, column: &str) -> bool {
        column.starts_with('@') || self.mapping().is_some_and(|m| m.columns.contains_key(column))
    }

    /// The text of a column, when it says something.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        let text = tidy(&self.cell(column)?.text());
        let says = text.chars().any(char::is_alphanumeric) && !self.shared.register.words().is_blank(&text);
        says.then_some(text)
    }

    /// Code of the district that the row or the section above it names.
    pub(super) fn district(&self) -> Option<String> {
        let targets = self.layout().targets.iter().filter_map(|t| self.shared.register.model.target.get(t));
        let rule = targets.filter_map(|t| t.place.as_ref()).next();
        let own = rule.and_then(|r| self.text(&r.district));
        let text = own.or_else(|| self.sections.district.as_ref().map(|(_, t)| t.clone()))?;
        self.shared.places.district_code(self.shared.province, &text)
    }

    /// What the heading has in brackets, else what the register says of the column.
    pub(super) fn unit(&self, column: &str) -> Option<String> {
        let of_column = || self.shared.register.model.column.get(column)?.unit.clone();
        self.mapping()?.columns.get(column)?.1.clone().or_else(of_column)
    }

    pub(super) fn heading(&self, column: &str) -> Option<String> {
        let mapping = self.mapping()?;
        let (at, _) = mapping.columns.get(column)?;
        mapping.headings.get(*at).map(|h| tidy(h))
    }

    pub(super) fn issue(&self, column: &str, complaint: &Complaint, severity: Severity) -> Issue {
        let personal = self.shared.register.model.column.get(column).is_some_and(|c| c.personal);
        let seen = self.cell(column).map(Cell::text).filter(|t| !t.trim().is_empty());
        let shown =
            seen.map(|t| if personal && !t.starts_with('#') { hidden(&t) } else { masked(&tidy(&t)) });
        Issue {
            sheet: self.sheet.sheet.name.clone(),
            row: self.sheet.sheet.rows[self.index].no,
            column: self.heading(column),
            code: complaint.code.to_owned(),
            severity,
            seen: shown,
            expected_en: complaint.en.clone(),
            expected_vi: complaint.vi.clone(),
        }
    }
}

/// The form of a personal value: digits and letters hidden but the first three.
fn hidden(text: &str) -> String {
    let mut kept = 0;
    text.chars()
        .take(40)
        .map(|c| {
            kept += usize::from(c.is_alphanumeric());
            if c.is_alphanumeric() && kept > 3 { '•' } else { c }
        })
        .collect()
}
