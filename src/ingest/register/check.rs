//! Whether a register file agrees with itself and with the catalog: every mistake, with file and key, what
//! was expected and the nearest name that is known.

use std::collections::BTreeSet;

use super::mistake::{Mistake, hint, nearest};
use super::shape::group_names;
use super::{FieldRule, Kind, Register, Target};
use crate::catalog::{Catalog, Column, Entity, LinkKind, Scalar};

/// Names of the cleaners, for finding the nearest.
const CLEANERS: [&str; 19] = [
    "text",
    "name",
    "organisation",
    "integer",
    "decimal",
    "money",
    "area",
    "year",
    "date",
    "stars",
    "potential_five_star",
    "tax_code",
    "phone",
    "decision",
    "revoked_on",
    "revoked_note",
    "stopped_year",
    "group",
    "issuer",
];

/// All mistakes of one register.
pub(super) fn check(register: &Register, catalog: &Catalog) -> Vec<Mistake> {
    let mut found = Found { register, catalog, out: Vec::new() };
    found.office();
    found.layouts();
    found.shape();
    for (name, target) in &register.model.target {
        found.target(name, target);
    }
    for (i, reject) in register.model.reject.iter().enumerate() {
        reject.columns.iter().for_each(|c| found.column(&format!("reject[{i}].columns"), c));
    }
    found.out
}

/// Columns that nothing of a register uses, with the nearest one that is used: allowed (to say that a heading is
/// known and not wanted), but often a slip.
pub fn unused(register: &Register) -> Vec<(String, Option<String>)> {
    let model = &register.model;
    let (shape, shaping) = (&model.shape, &register.shaping);
    let targets = || model.target.values();
    let mut used: BTreeSet<&str> = targets()
        .flat_map(|t| t.fields.values().flat_map(|r| r.all()).map(|r| r.from.as_str()))
        .chain(targets().flat_map(|t| t.key.iter().flatten()).map(|p| p.strip_suffix(":year").unwrap_or(p)))
        .chain(targets().flat_map(|t| t.former_names.iter().chain(&t.other_names)).map(String::as_str))
        .chain(model.layout.iter().flat_map(|l| l.required.iter().flat_map(|r| r.split('|').map(str::trim))))
        .chain(model.layout.iter().flat_map(|l| l.observed_on.iter().map(String::as_str)))
        .chain(model.as_of.latest_of.iter().map(String::as_str))
        .chain(model.reject.iter().flat_map(|r| r.columns.iter().map(String::as_str)))
        .collect();
    for place in targets().filter_map(|t| t.place.as_ref()) {
        used.extend(
            [&place.commune, &place.district, &place.address, &place.province, &place.name]
                .map(String::as_str),
        );
    }
    used.extend(
        shape.split.iter().map(|s| s.column.as_str()).chain(shaping.splits.iter().flat_map(group_names)),
    );
    used.extend(shape.join.iter().flat_map(|j| j.from.iter().chain([&j.column])).map(String::as_str));
    used.extend(
        shape.unpivot.iter().map(|u| u.value.as_str()).chain(shaping.unpivots.iter().flat_map(group_names)),
    );
    used.insert(&shape.delta.column);
    let idle = model.column.iter().filter(|(name, c)| !c.index && !used.contains(name.as_str()));
    idle.map(|(name, _)| (name.clone(), nearest(name, used.iter().copied()).map(str::to_owned))).collect()
}

struct Found<'a> {
    register: &'a Register,
    catalog: &'a Catalog,
    out: Vec<Mistake>,
}

impl<'a> Found<'a> {
    fn add(&mut self, key: &str, en: String, vi: String) {
        let mistake = Mistake::at(&self.register.file, key, en, vi);
        if !self.out.contains(&mistake) {
            self.out.push(mistake);
        }
    }

    /// A name that is none of the known ones.
    fn unknown(&mut self, key: &str, what: (&str, &str), name: &str, known: Vec<&str>) {
        let (en, vi) = hint(name, known.iter().copied());
        let shown = known.iter().take(40).copied().collect::<Vec<_>>().join(", ");
        self.add(
            key,
            format!("there is no {} \"{name}\"{en}; there are: {shown}", what.0),
            format!("không có {} \"{name}\"{vi}; hiện có: {shown}", what.1),
        );
    }

    fn column(&mut self, key: &str, name: &str) {
        let columns = &self.register.model.column;
        if !columns.contains_key(name) {
            self.unknown(key, ("column", "cột"), name, columns.keys().map(String::as_str).collect());
        }
    }

    /// A column, or a text of the sheet such as `@sheet`.
    fn source(&mut self, key: &str, name: &str) {
        if !name.starts_with('@') {
            self.column(key, name);
        }
    }

    fn office(&mut self) {
        let office = &self.register.model.office;
        if let Some(kinds) = self.catalog.enums.get("OfficeKind")
            && !kinds.values.contains_key(office)
        {
            let known = kinds.values.keys().map(String::as_str).collect();
            self.unknown("office", ("OfficeKind", "loại cơ quan (OfficeKind)"), office, known);
        }
    }

    fn layouts(&mut self) {
        let register = self.register;
        for (i, layout) in register.model.layout.iter().enumerate() {
            let key = |part: &str| format!("layout[{i}].{part}");
            let required = layout.required.iter().flat_map(|r| r.split('|').map(str::trim));
            required.for_each(|column| self.column(&key("required"), column));
            layout.observed_on.iter().for_each(|column| self.column(&key("observed_on"), column));
            for (at, name) in layout.targets.iter().enumerate() {
                let Some(target) = register.model.target.get(name) else {
                    let known = register.model.target.keys().map(String::as_str).collect();
                    self.unknown(&key("targets"), ("target", "đối tượng (target)"), name, known);
                    continue;
                };
                let before = &layout.targets[..at];
                if let Some(to) = target.refs.values().find(|to| !before.contains(to)) {
                    self.add(
                        &key("targets"),
                        format!("\"{to}\" must stand before \"{name}\", which refers to it"),
                        format!("\"{to}\" phải đứng trước \"{name}\" vì \"{name}\" tham chiếu đến nó"),
                    );
                }
            }
        }
    }

    fn shape(&mut self) {
        let (shape, shaping) = (&self.register.model.shape, &self.register.shaping);
        for (i, (rule, regex)) in shape.split.iter().zip(&shaping.splits).enumerate() {
            self.source(&format!("split[{i}].column"), &rule.column);
            self.groups(&format!("split[{i}].pattern"), group_names(regex).collect());
        }
        for (i, rule) in shape.join.iter().enumerate() {
            self.column(&format!("join[{i}].column"), &rule.column);
            rule.from.iter().for_each(|c| self.source(&format!("join[{i}].from"), c));
        }
        shape.default.keys().for_each(|column| self.column(&format!("default.{column}"), column));
        for (i, (rule, regex)) in shape.unpivot.iter().zip(&shaping.unpivots).enumerate() {
            self.column(&format!("unpivot[{i}].value"), &rule.value);
            self.groups(&format!("unpivot[{i}].headings"), group_names(regex).collect());
        }
        if !shape.delta.column.is_empty() {
            self.column("delta.column", &shape.delta.column);
        }
    }

    fn groups(&mut self, key: &str, names: Vec<&str>) {
        if names.is_empty() {
            self.add(
                key,
                "a named group is missing: (?<column>…) says which column its part is".to_owned(),
                "thiếu nhóm có tên: (?<tên_cột>…) cho biết phần đó là cột nào".to_owned(),
            );
        }
        names.into_iter().for_each(|name| self.column(key, name));
    }

    fn target(&mut self, name: &str, target: &Target) {
        let key = |part: &str| format!("target.{name}.{part}");
        let Some(entity) = self.catalog.entities.get(&target.entity) else {
            let known = self.catalog.entities.keys().map(String::as_str).collect();
            return self.unknown(&key("entity"), ("entity type", "kiểu thực thể"), &target.entity, known);
        };
        for (field, rules) in &target.fields {
            for rule in rules.all() {
                self.source(&key(&format!("fields.{field}")), &rule.from);
                if let Err((own, en, vi)) = check_type(self.register, entity, field, rule, self.catalog) {
                    self.add(&own.unwrap_or_else(|| key(&format!("fields.{field}"))), en, vi);
                }
            }
        }
        for link in target.refs.keys() {
            let is_one = |l: &crate::catalog::Link| matches!(l.kind, LinkKind::ToOne { .. });
            if !entity.links.get(link).is_some_and(is_one) {
                let known = entity.links.iter().filter(|(_, l)| is_one(l)).map(|(n, _)| n.as_str()).collect();
                self.unknown(&key("refs"), ("link", "liên kết"), link, known);
            }
        }
        for field in target.required.iter().filter(|f| !target.fields.contains_key(*f)) {
            let known = target.fields.keys().map(String::as_str).collect();
            self.unknown(&key("required"), ("rule for the field", "quy tắc cho trường"), field, known);
        }
        self.columns_of(name, target);
    }

    fn columns_of(&mut self, name: &str, target: &Target) {
        for part in target.key.iter().flatten().filter(|p| !p.starts_with('@')) {
            let column = part.strip_suffix(":year").unwrap_or(part);
            self.column(&format!("target.{name}.key"), column);
        }
        for column in target.former_names.iter().chain(&target.other_names) {
            self.source(&format!("target.{name}"), column);
        }
        let Some(place) = &target.place else { return };
        for column in [&place.commune, &place.district, &place.address, &place.province, &place.name] {
            if !column.is_empty() {
                self.source(&format!("target.{name}.place"), column);
            }
        }
    }
}

/// The key where it is another than the field's, and the words.
type Words = (Option<String>, String, String);

fn check_type(
    register: &Register,
    entity: &Entity,
    field: &str,
    rule: &FieldRule,
    catalog: &Catalog,
) -> Result<(), Words> {
    let kind = Kind::of(&rule.kind);
    let Some(column) = entity.columns.get(field) else {
        if entity.links.contains_key(field) && matches!(kind, Kind::ProductGroup | Kind::Issuer) {
            return Ok(());
        }
        let (en, vi) = hint(field, entity.columns.keys().map(String::as_str));
        return Err((
            None,
            format!("{} has no field {field} that can be written{en}", entity.name),
            format!("{} không có trường {field} ghi được{vi}", entity.name),
        ));
    };
    if kind == Kind::Vocabulary {
        return check_words(register, column, rule, catalog);
    }
    let fits = match &column.ty {
        Scalar::String => matches!(
            kind,
            Kind::Text
                | Kind::Name
                | Kind::Organisation
                | Kind::TaxCode
                | Kind::Phone
                | Kind::Decision
                | Kind::RevokedNote
        ),
        Scalar::Int => matches!(kind, Kind::Integer | Kind::Year | Kind::Stars | Kind::StoppedYear),
        Scalar::Decimal => matches!(kind, Kind::Decimal | Kind::Money | Kind::Area | Kind::Integer),
        Scalar::Date => matches!(kind, Kind::Date | Kind::RevokedOn),
        Scalar::Boolean => kind == Kind::PotentialFiveStar,
        _ => false,
    };
    match fits {
        true => Ok(()),
        false => Err((
            None,
            format!("the cleaner \"{}\" does not give what the field holds ({:?})", rule.kind, column.ty),
            format!("bộ làm sạch \"{}\" không cho kiểu của trường ({:?})", rule.kind, column.ty),
        )),
    }
}

fn check_words(
    register: &Register,
    column: &Column,
    rule: &FieldRule,
    catalog: &Catalog,
) -> Result<(), Words> {
    let Some(words) = register.model.vocabulary.get(&rule.kind) else {
        let known = register.model.vocabulary.keys().map(String::as_str).chain(CLEANERS);
        let (en, vi) = hint(&rule.kind, known);
        return Err((
            None,
            format!("\"{}\" is neither a cleaner nor a vocabulary of this file{en}", rule.kind),
            format!("\"{}\" không phải bộ làm sạch hay từ vựng của tệp này{vi}", rule.kind),
        ));
    };
    let Scalar::Enum(name) = &column.ty else {
        return if column.ty == Scalar::String {
            Ok(())
        } else {
            Err((
                None,
                "a vocabulary gives text, the field holds none".into(),
                "từ vựng cho chữ, trường thì không".into(),
            ))
        };
    };
    let values = catalog.enums.get(name).ok_or((
        None,
        format!("the catalog has no enum {name}"),
        format!("danh mục không có enum {name}"),
    ))?;
    match words.keys().find(|w| !values.values.contains_key(*w)) {
        Some(word) => {
            let (en, vi) = hint(word, values.values.keys().map(String::as_str));
            let known = values.values.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            Err((
                Some(format!("vocabulary.{}.{word}", rule.kind)),
                format!("{word} is no value of {name}{en}; there are: {known}"),
                format!("{word} không phải giá trị của {name}{vi}; hiện có: {known}"),
            ))
        }
        None => Ok(()),
    }
}
