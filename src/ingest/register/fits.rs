//! Whether a rule of a register file gives what the field of the catalog holds. The mistakes are gathered in
//! `check`.

use super::mistake::hint;
use super::{FieldRule, Further, Kind, Register};
use crate::catalog::{Catalog, Column, Entity, Scalar};
use crate::ingest::clean::{qualified, spans};

/// What is wrong with a rule.
pub(super) struct Wrong {
    /// The key, where it is another than the field's.
    pub key: Option<String>,
    /// English.
    pub en: String,
    /// Vietnamese.
    pub vi: String,
}

impl Wrong {
    fn new(en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { key: None, en: en.into(), vi: vi.into() }
    }
}

/// Names of the cleaners, for finding the nearest.
const CLEANERS: [&str; 41] = [
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
    "code",
    "tonnes",
    "signs",
    "unit_kind",
    "operator",
    "lower",
    "upper",
    "percent",
    "unit",
    "day_after",
    "quantity",
    "quantity_unit",
    "price_unit",
    "days",
    "months",
    "all_year",
    "span_from",
    "span_to",
    "span_precision",
    "year_of",
    "province",
    "agency",
];

/// Columns that a rule looks at beside its own.
pub(super) fn looks_at(rule: &FieldRule) -> impl Iterator<Item = &str> {
    let conditions = rule.only.iter().chain(&rule.unless).map(|c| &c.from);
    rule.year_of.iter().chain(&rule.unit).chain(&rule.most).chain(conditions).map(String::as_str)
}

fn misfit(rule: &FieldRule, ty: &Scalar) -> Wrong {
    Wrong::new(
        format!("the cleaner \"{}\" does not give what the field holds ({ty:?})", rule.kind),
        format!("bộ làm sạch \"{}\" không cho kiểu của trường ({ty:?})", rule.kind),
    )
}

fn no_enum(name: &str) -> Wrong {
    Wrong::new(format!("the catalog has no enum {name}"), format!("danh mục không có enum {name}"))
}

/// Whether a rule gives what its field holds.
pub(super) fn check_type(
    register: &Register,
    entity: &Entity,
    field: &str,
    rule: &FieldRule,
    catalog: &Catalog,
) -> Result<(), Wrong> {
    let kind = Kind::of(&rule.kind);
    let Some(column) = entity.columns.get(field) else {
        let gives_id = match kind {
            Kind::Further(further) => further.is_link(),
            kind => matches!(kind, Kind::ProductGroup | Kind::Issuer | Kind::Unit),
        };
        return match entity.links.contains_key(field) && gives_id {
            true => Ok(()),
            false => {
                let (en, vi) = hint(field, entity.columns.keys().map(String::as_str));
                Err(Wrong::new(
                    format!("{} has no field {field} that can be written{en}", entity.name),
                    format!("{} không có trường {field} ghi được{vi}", entity.name),
                ))
            }
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
    if fits { Ok(()) } else { Err(misfit(rule, &column.ty)) }
}

fn check_further(further: Further, ty: &Scalar, rule: &FieldRule) -> Result<(), Wrong> {
    let gives = match further {
        Further::Quantity => Scalar::Decimal,
        Further::QuantityUnit | Further::PriceUnit => Scalar::String,
        Further::Days | Further::YearOf => Scalar::Int,
        Further::Months => Scalar::Json,
        Further::AllYear => Scalar::Boolean,
        Further::From | Further::To => Scalar::Date,
        Further::Precision | Further::Province | Further::Agency => {
            return Err(misfit(rule, ty));
        }
    };
    if gives == *ty { Ok(()) } else { Err(misfit(rule, ty)) }
}

/// A cleaner that makes words of its own: the enum has them all.
fn check_made(kind: Kind, name: &str, catalog: &Catalog) -> Result<(), Wrong> {
    let made = match kind {
        Kind::Operator => qualified::Operator::WORDS.as_slice(),
        Kind::UnitKind => qualified::UNIT_KINDS.as_slice(),
        Kind::Further(Further::Precision) => spans::Precision::WORDS.as_slice(),
        _ => {
            return Err(Wrong::new(
                format!("only a vocabulary gives a {name}"),
                format!("chỉ từ vựng mới cho {name}"),
            ));
        }
    };
    let values = catalog.enums.get(name).ok_or_else(|| no_enum(name))?;
    match made.iter().find(|w| !values.values.contains_key(**w)) {
        Some(word) => {
            Err(Wrong::new(format!("{name} has no value {word}"), format!("{name} không có giá trị {word}")))
        }
        None => Ok(()),
    }
}

fn check_words(
    register: &Register,
    column: &Column,
    rule: &FieldRule,
    catalog: &Catalog,
) -> Result<(), Wrong> {
    let Some(words) = register.model.vocabulary.get(&rule.kind) else {
        let known = register.model.vocabulary.keys().map(String::as_str).chain(CLEANERS);
        let (en, vi) = hint(&rule.kind, known);
        return Err(Wrong::new(
            format!("\"{}\" is neither a cleaner nor a vocabulary of this file{en}", rule.kind),
            format!("\"{}\" không phải bộ làm sạch hay từ vựng của tệp này{vi}", rule.kind),
        ));
    };
    let mut words = words.keys().chain(&rule.unknown).chain(&rule.blank);
    let Scalar::Enum(name) = &column.ty else {
        return match column.ty {
            Scalar::String => Ok(()),
            Scalar::Boolean if words.all(|w| matches!(w.as_str(), "true" | "false")) => Ok(()),
            _ => Err(Wrong::new(
                "a vocabulary gives text, or true and false",
                "từ vựng cho chữ, hoặc true và false",
            )),
        };
    };
    let values = catalog.enums.get(name).ok_or_else(|| no_enum(name))?;
    match words.find(|w| !values.values.contains_key(*w)) {
        Some(word) => {
            let known: Vec<&str> = values.values.keys().map(String::as_str).collect();
            let (en, vi) = hint(word, known.iter().copied());
            let known = known.join(", ");
            let own = register.model.vocabulary.get(&rule.kind).is_some_and(|w| w.contains_key(word));
            Err(Wrong {
                key: own.then(|| format!("vocabulary.{}.{word}", rule.kind)),
                en: format!("{word} is no value of {name}{en}; there are: {known}"),
                vi: format!("{word} không phải giá trị của {name}{vi}; hiện có: {known}"),
            })
        }
        None => Ok(()),
    }
}
