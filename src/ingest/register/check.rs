//! Whether a register file agrees with itself and with the catalog: every mistake, with file and key, what
//! was expected and the nearest name that is known.

use std::collections::BTreeSet;

use super::fits::check_type;
use super::mistake::{Mistake, hint, nearest};
use super::shape::group_names;
use super::{Register, Target};
use crate::catalog::{Catalog, LinkKind};

/// All mistakes of one register.
pub(super) fn check(register: &Register, catalog: &Catalog) -> Vec<Mistake> {
    let mut found = Found { register, catalog, out: Vec::new() };
    found.office();
    found.layouts();
    found.shape();
    for (name, target) in &register.model.target {
        found.target(name, target);
    }
    found.lists();
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
        .chain(targets().flat_map(|t| t.each.iter().chain(&t.needs)).map(String::as_str))
        .chain(
            targets().flat_map(|t| t.fields.values()).flat_map(|r| r.all()).flat_map(super::fits::looks_at),
        )
        .chain(model.reference.iter().map(|r| r.column.as_str()))
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
            required.for_each(|column| self.source(&key("required"), column));
            layout.observed_on.iter().for_each(|column| self.source(&key("observed_on"), column));
            layout.fill_down.iter().for_each(|column| self.source(&key("fill_down"), column));
            for (at, name) in layout.targets.iter().enumerate() {
                let Some(target) = register.model.target.get(name) else {
                    let known = register.model.target.keys().map(String::as_str).collect();
                    self.unknown(&key("targets"), ("target", "đối tượng (target)"), name, known);
                    continue;
                };
                let before = &layout.targets[..at];
                // Parts of a list are made last, those of one list together.
                let each = |to: &String| register.model.target.get(to).and_then(|t| t.each.as_deref());
                let later = |to: &&String| {
                    !before.contains(to) || each(to).is_some_and(|list| target.each.as_deref() != Some(list))
                };
                if let Some(to) = target.refs.values().find(later) {
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
                self.sources(&key(&format!("fields.{field}")), rule);
                if let Err(wrong) = check_type(self.register, entity, field, rule, self.catalog) {
                    let own = wrong.key.unwrap_or_else(|| key(&format!("fields.{field}")));
                    self.add(&own, wrong.en, wrong.vi);
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
        let required = target.required.iter().flat_map(|r| r.split('|')).map(str::trim);
        for field in required.filter(|f| !target.fields.contains_key(*f)) {
            let known = target.fields.keys().map(String::as_str).collect();
            self.unknown(&key("required"), ("rule for the field", "quy tắc cho trường"), field, known);
        }
        self.columns_of(name, target);
    }

    /// Lists of nested JSON and references to other sheets.
    fn lists(&mut self) {
        let model = &self.register.model;
        let of_columns =
            model.column.iter().filter_map(|(n, c)| Some((format!("column.{n}.of"), c.of.as_ref()?)));
        let each = |(i, l): (usize, &super::Layout)| Some((format!("layout[{i}].each"), l.each.clone()?));
        let of_layouts: Vec<(String, String)> = model.layout.iter().enumerate().filter_map(each).collect();
        let paths = of_columns.map(|(key, path)| (key, path.clone())).chain(of_layouts);
        for (key, path) in paths.collect::<Vec<_>>() {
            for name in path.split('.').filter(|n| !model.nested.contains_key(*n)) {
                let known = model.nested.keys().map(String::as_str).collect();
                self.unknown(&key, ("list under [nested]", "danh sách trong [nested]"), name, known);
            }
        }
        for (i, reference) in model.reference.iter().enumerate() {
            self.column(&format!("reference[{i}].column"), &reference.column);
            if !model.layout.iter().any(|l| l.name == reference.layout) {
                let known = model.layout.iter().map(|l| l.name.as_str()).collect();
                self.unknown(
                    &format!("reference[{i}].layout"),
                    ("layout", "dạng trang"),
                    &reference.layout,
                    known,
                );
            }
        }
    }

    /// All that a rule looks at.
    fn sources(&mut self, key: &str, rule: &super::FieldRule) {
        let conditions = || rule.only.iter().chain(&rule.unless);
        let more =
            rule.year_of.iter().chain(&rule.unit).chain(&rule.most).chain(conditions().map(|c| &c.from));
        [&rule.from].into_iter().chain(more).for_each(|s| self.source(key, s));
        let words = &self.register.model.vocabulary;
        for name in conditions().map(|c| c.vocabulary.as_str()).filter(|w| !words.contains_key(*w)) {
            self.unknown(key, ("vocabulary", "từ vựng"), name, words.keys().map(String::as_str).collect());
        }
    }

    fn columns_of(&mut self, name: &str, target: &Target) {
        for part in target.key.iter().flatten().filter(|p| !p.starts_with('@')) {
            match part.strip_prefix('.') {
                Some(field) if target.fields.contains_key(field) => {}
                Some(field) => {
                    let known = target.fields.keys().map(String::as_str).collect();
                    self.unknown(&format!("target.{name}.key"), ("field", "trường"), field, known);
                }
                None => {
                    let column = part.strip_suffix(":year").unwrap_or(part);
                    self.column(&format!("target.{name}.key"), column);
                }
            }
        }
        if let Some(column) = &target.each {
            self.column(&format!("target.{name}.each"), column);
        }
        for need in &target.needs {
            match need.strip_prefix('@') {
                Some(to) if self.register.model.target.contains_key(to) => {}
                Some(to) => {
                    let known = self.register.model.target.keys().map(String::as_str).collect();
                    self.unknown(
                        &format!("target.{name}.needs"),
                        ("target", "đối tượng (target)"),
                        to,
                        known,
                    );
                }
                None => self.column(&format!("target.{name}.needs"), need),
            }
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
