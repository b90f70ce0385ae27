//! Whether a register file agrees with itself and with the catalog; the first mistake, with file and key.

use super::load::invalid;
use super::{FieldRule, Further, Kind, Model, Register, Target};
use crate::catalog::{Catalog, Column, Entity, LinkKind, Scalar};
use crate::error::Fault;
use crate::ingest::clean::{qualified, spans};

pub(super) fn check(register: &Register, catalog: &Catalog) -> Result<(), Fault> {
    let model = &register.model;
    let fault = |key: String, what: String| Err(invalid(&register.file, &format!("{key}: {what}")));
    if let Some(kinds) = catalog.enums.get("OfficeKind")
        && !kinds.values.contains_key(&model.office)
    {
        return fault("office".into(), format!("{} is no OfficeKind", model.office));
    }
    for layout in &model.layout {
        let columns = layout.required.iter().flat_map(|r| r.split('|').map(str::trim));
        for column in columns.chain(layout.observed_on.iter().map(String::as_str)) {
            if !column.starts_with('@') && !model.column.contains_key(column) {
                return fault(format!("layout {}", layout.name), format!("no column {column}"));
            }
        }
        for (i, name) in layout.targets.iter().enumerate() {
            let Some(target) = model.target.get(name) else {
                return fault(format!("layout {}", layout.name), format!("no target {name}"));
            };
            let before = &layout.targets[..i];
            // Parts of a list are made last, those of one list together.
            let each = |to: &String| model.target.get(to).and_then(|t| t.each.as_deref());
            let later = |to: &&String| {
                !before.contains(to) || each(to).is_some_and(|list| target.each.as_deref() != Some(list))
            };
            if let Some(to) = target.refs.values().find(later) {
                return fault(format!("target.{name}.refs"), format!("{to} does not stand before {name}"));
            }
        }
    }
    if let Some(what) = nesting(model) {
        return fault("nested".into(), what);
    }
    for (name, target) in &model.target {
        check_target(register, name, target, catalog)?;
    }
    for reference in &model.reference {
        if !model.column.contains_key(&reference.column) {
            return fault("reference".into(), format!("no column {}", reference.column));
        }
        if !model.layout.iter().any(|l| l.name == reference.layout) {
            return fault("reference".into(), format!("no layout {}", reference.layout));
        }
    }
    Ok(())
}

fn check_target(register: &Register, name: &str, target: &Target, catalog: &Catalog) -> Result<(), Fault> {
    let fault =
        |key: &str, what: String| Err(invalid(&register.file, &format!("target.{name}.{key}: {what}")));
    let Some(entity) = catalog.entities.get(&target.entity) else {
        return fault("entity", format!("the catalog has no {}", target.entity));
    };
    if let Some(list) = target.each.iter().find(|c| !register.model.column.contains_key(*c)) {
        return fault("each", format!("no column {list}"));
    }
    let known = |need: &String| match need.strip_prefix('@') {
        Some(to) => register.model.target.contains_key(to),
        None => register.model.column.contains_key(need),
    };
    if let Some(need) = target.needs.iter().find(|n| !known(n)) {
        return fault("needs", format!("no column or target {need}"));
    }
    for (field, rules) in &target.fields {
        for rule in rules.all() {
            if let Some(source) = unknown_source(&register.model, rule) {
                return fault(field, format!("no column or vocabulary {source}"));
            }
            if let Err(what) = check_type(register, entity, field, rule, catalog) {
                return fault(field, what);
            }
        }
    }
    for link in target.refs.keys() {
        let to_one = entity.links.get(link).is_some_and(|l| matches!(l.kind, LinkKind::ToOne { .. }));
        if !to_one {
            return fault("refs", format!("{} has no link {link} to one", entity.name));
        }
    }
    for field in target.required.iter().flat_map(|r| r.split('|')).map(str::trim) {
        if !target.fields.contains_key(field) {
            return fault("required", format!("no rule for {field}"));
        }
    }
    Ok(())
}

/// A list that a column or form names and `[nested]` does not have.
fn nesting(model: &Model) -> Option<String> {
    let of_columns = model.column.values().filter_map(|c| c.of.as_ref());
    let paths = of_columns.chain(model.layout.iter().filter_map(|l| l.each.as_ref()));
    let mut names = paths.flat_map(|p| p.split('.'));
    names.find(|n| !model.nested.contains_key(*n)).map(|n| format!("no list {n}"))
}

/// The first source of a rule that the register does not have.
fn unknown_source<'r>(model: &Model, rule: &'r FieldRule) -> Option<&'r str> {
    let conditions = || rule.only.iter().chain(&rule.unless);
    let mut sources = [&rule.from]
        .into_iter()
        .chain(&rule.year_of)
        .chain(&rule.unit)
        .chain(&rule.most)
        .chain(conditions().map(|c| &c.from))
        .map(String::as_str);
    let mut words = conditions().map(|c| c.vocabulary.as_str());
    sources
        .find(|s| !s.starts_with('@') && !model.column.contains_key(*s))
        .or_else(|| words.find(|w| !model.vocabulary.contains_key(*w)))
}

fn check_type(
    register: &Register,
    entity: &Entity,
    field: &str,
    rule: &FieldRule,
    catalog: &Catalog,
) -> Result<(), String> {
    let kind = Kind::of(&rule.kind);
    let Some(column) = entity.columns.get(field) else {
        let gives_id = match kind {
            Kind::Further(further) => further.is_link(),
            kind => matches!(kind, Kind::ProductGroup | Kind::Issuer | Kind::Unit),
        };
        return match entity.links.contains_key(field) && gives_id {
            true => Ok(()),
            false => Err(format!("{} has no field {field} that can be written", entity.name)),
        };
    };
    if kind == Kind::Vocabulary {
        return check_words(register, column, rule, catalog);
    }
    if let (Kind::Further(further), ty) = (kind, &column.ty)
        && !matches!(ty, Scalar::Enum(_))
    {
        return check_further(further, ty, rule);
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
                | Kind::Code
                | Kind::Signs
        ),
        Scalar::Int => matches!(kind, Kind::Integer | Kind::Year | Kind::Stars | Kind::StoppedYear),
        Scalar::Decimal => matches!(
            kind,
            Kind::Decimal
                | Kind::Money
                | Kind::Area
                | Kind::Integer
                | Kind::Tonnes
                | Kind::Lower
                | Kind::Upper
                | Kind::Percent
        ),
        Scalar::Date => matches!(kind, Kind::Date | Kind::RevokedOn | Kind::DayAfter),
        Scalar::Enum(name) => return check_made(kind, name, catalog),
        Scalar::Boolean => kind == Kind::PotentialFiveStar,
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("\"{}\" does not give a {:?}", rule.kind, column.ty)) }
}

fn check_further(further: Further, ty: &Scalar, rule: &FieldRule) -> Result<(), String> {
    let gives = match further {
        Further::Quantity => Scalar::Decimal,
        Further::QuantityUnit | Further::PriceUnit => Scalar::String,
        Further::Days | Further::YearOf => Scalar::Int,
        Further::Months => Scalar::Json,
        Further::AllYear => Scalar::Boolean,
        Further::From | Further::To => Scalar::Date,
        Further::Precision | Further::Province | Further::Agency => {
            return Err(format!("\"{}\" gives no {ty:?}", rule.kind));
        }
    };
    if gives == *ty { Ok(()) } else { Err(format!("\"{}\" does not give a {ty:?}", rule.kind)) }
}

/// A cleaner that makes words of its own: the enum has them all.
fn check_made(kind: Kind, name: &str, catalog: &Catalog) -> Result<(), String> {
    let made = match kind {
        Kind::Operator => qualified::Operator::WORDS.as_slice(),
        Kind::UnitKind => qualified::UNIT_KINDS.as_slice(),
        Kind::Further(Further::Precision) => spans::Precision::WORDS.as_slice(),
        _ => return Err(format!("only words give a {name}")),
    };
    let values = catalog.enums.get(name).ok_or(format!("the catalog has no enum {name}"))?;
    match made.iter().find(|w| !values.values.contains_key(**w)) {
        Some(word) => Err(format!("{name} has no value {word}")),
        None => Ok(()),
    }
}

fn check_words(
    register: &Register,
    column: &Column,
    rule: &FieldRule,
    catalog: &Catalog,
) -> Result<(), String> {
    let Some(words) = register.model.vocabulary.get(&rule.kind) else {
        return Err(format!("\"{}\" is neither a cleaner nor a vocabulary", rule.kind));
    };
    let mut words = words.keys().chain(&rule.unknown).chain(&rule.blank);
    let Scalar::Enum(name) = &column.ty else {
        return match column.ty {
            Scalar::String => Ok(()),
            Scalar::Boolean if words.all(|w| matches!(w.as_str(), "true" | "false")) => Ok(()),
            _ => Err("a vocabulary gives text, or true and false".into()),
        };
    };
    let values = catalog.enums.get(name).ok_or(format!("the catalog has no enum {name}"))?;
    match words.find(|w| !values.values.contains_key(*w)) {
        Some(word) => Err(format!("{word} is no value of {name}")),
        None => Ok(()),
    }
}
