//! The client's values → parameters of a statement; values that cannot be are told with a code.

use apollo_compiler::response::{JsonMap, JsonValue};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::super::answer::Coded;
use super::super::lower::to_json;
use super::super::plan::{Binding, Conversion, Listing, Source};
use super::super::scalar::{self, Expected};
use super::super::{cursor, limits};
use super::Running;
use crate::search::wanted;
use crate::store::id;
use crate::store::select::{Param, ParamType};

/// The keys that a statement is sent with.
#[derive(Debug, Clone)]
pub(super) enum Keys {
    /// Ids of parents, or those asked for.
    Ids(Vec<Uuid>),
    /// Natural keys.
    Texts(Vec<String>),
}

impl Keys {
    /// None.
    pub const NONE: Keys = Keys::Ids(Vec::new());

    pub fn ids(&self) -> &[Uuid] {
        match self {
            Keys::Ids(ids) => ids,
            Keys::Texts(_) => &[],
        }
    }
}

/// The parameters of one statement.
pub(super) fn params(bindings: &[Binding], running: &Running<'_>, keys: &Keys) -> Result<Vec<Param>, Coded> {
    bindings.iter().map(|binding| param(binding, running, keys)).collect()
}

fn param(binding: &Binding, running: &Running<'_>, keys: &Keys) -> Result<Param, Coded> {
    let given = || value(&binding.source, running.variables);
    match &binding.to {
        Conversion::Keys => Ok(Param::Uuids(keys.ids().to_vec())),
        Conversion::TextKeys => match keys {
            Keys::Texts(texts) => Ok(Param::Texts(texts.clone())),
            Keys::Ids(_) => Err(Coded::internal("ids in the place of natural keys")),
        },
        Conversion::Value(ty) => single(*ty, &given()),
        Conversion::Array(ty) => array(*ty, &given()),
        Conversion::SearchText => Ok(Param::Text(Some(search_text(&given())?))),
        Conversion::Words => Ok(Param::Text(wanted(&search_text(&given())?))),
        Conversion::Id(prefix) => uuid(&given(), prefix).map(Param::Uuid),
        Conversion::Ids(prefix) => {
            let value = given();
            let uuids: Result<Vec<_>, _> = items(&value)?.iter().map(|v| uuid(v, prefix)).collect();
            Ok(Param::Uuids(uuids?.into_iter().flatten().collect()))
        }
        Conversion::PageSize { most, more } => {
            Ok(Param::BigInt(page_size(&given(), *most)? + i64::from(*more)))
        }
        Conversion::Groups { most } => Ok(Param::BigInt(page_size(&given(), *most)?)),
        Conversion::Number(number) => Ok(Param::BigInt(*number)),
        Conversion::CursorTerm { list, index } => {
            let cursor = cursor::decode(given().as_str().unwrap_or_default(), made_for(list, running, true))?;
            let term = cursor.terms.into_iter().nth(*index).ok_or_else(cursor::invalid)?;
            Ok(Param::Text(term))
        }
        Conversion::CursorId { list } => {
            let cursor = cursor::decode(given().as_str().unwrap_or_default(), made_for(list, running, true))?;
            Ok(Param::Uuid(Some(cursor.id)))
        }
        Conversion::Own(own) => Ok(Param::Texts(running.own(*own))),
        Conversion::Units { now } => {
            let units = running.place(&given())?;
            Ok(Param::Uuids(if units.now == *now { units.ids.to_vec() } else { Vec::new() }))
        }
    }
}

/// What cursors of a list are good for, under the values of this request; unless `asked` for, not looked at.
pub(super) fn made_for(list: &Listing, running: &Running<'_>, asked: bool) -> cursor::MadeFor {
    if !asked {
        return cursor::MadeFor { order: list.order, filter: 0 };
    }
    let filter: Vec<Value> = list.filter.iter().map(|source| value(source, running.variables)).collect();
    cursor::MadeFor { order: list.order, filter: cursor::filter_hash(&filter) }
}

/// The client's value, null when it is not there.
pub(super) fn value(source: &Source, variables: &JsonMap) -> Value {
    match source {
        Source::Literal(given) => given.clone(),
        Source::List(items) => items.iter().map(|item| value(item, variables)).collect(),
        Source::Object(fields) => {
            let given = fields.iter().filter(|(_, field)| !is_left_out(field, variables));
            Value::Object(given.map(|(name, field)| (name.clone(), value(field, variables))).collect())
        }
        Source::Variable { name, path } => {
            let mut at: Option<&JsonValue> = variables.get(name.as_str());
            for key in path {
                at = at.and_then(|v| match v.as_array() {
                    Some(items) => items.get(key.parse::<usize>().ok()?),
                    None => v.get(key.as_str()),
                });
            }
            at.map_or(Value::Null, to_json)
        }
    }
}

/// Whether a field is a variable that was not given: then it is as if the field were not there.
fn is_left_out(source: &Source, variables: &JsonMap) -> bool {
    matches!(source, Source::Variable { name, path } if path.is_empty() && !variables.contains_key(name.as_str()))
}

/// How many rows the page may have.
pub(super) fn page_size(value: &Value, most: i64) -> Result<i64, Coded> {
    let size = value.as_i64().unwrap_or(-1);
    if (0..=most).contains(&size) {
        return Ok(size);
    }
    Err(Coded::fault(
        "PAGE_SIZE",
        format!("first and last take 0 to {most}, not {value}"),
        format!("first và last nhận từ 0 đến {most}, không nhận {value}"),
    ))
}

/// A natural key.
pub(super) fn key_text(value: &Value) -> Result<String, Coded> {
    text(value)
}

fn uuid(value: &Value, prefix: &str) -> Result<Option<Uuid>, Coded> {
    let text = value.as_str().unwrap_or_default();
    let (given, uuid) = id::decode(text).ok_or_else(|| invalid_id(text))?;
    Ok((given == prefix).then_some(uuid))
}

fn items(value: &Value) -> Result<&[Value], Coded> {
    // A single value stands for a list of one (input coercion).
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    match items.len() > limits::LIST_VALUES {
        true => Err(too_many("in", items.len(), limits::LIST_VALUES)),
        false => Ok(items),
    }
}

fn single(ty: ParamType, value: &Value) -> Result<Param, Coded> {
    Ok(match ty {
        ParamType::Text => Param::Text(Some(text(value)?)),
        ParamType::Int => Param::Int(int(value)?),
        ParamType::BigInt => Param::BigInt(value.as_i64().ok_or_else(|| unfit(value, scalar::INTEGER))?),
        ParamType::Float => Param::Float(value.as_f64().ok_or_else(|| unfit(value, scalar::NUMBER))?),
        ParamType::Bool => Param::Bool(value.as_bool().ok_or_else(|| unfit(value, scalar::BOOLEAN))?),
        ParamType::Date => Param::Date(day(value)?),
        ParamType::DateTime => Param::DateTime(moment(value)?),
        ParamType::Decimal => Param::Decimal(decimal(value)?),
        ParamType::Uuid => return Err(Coded::internal("an id bound as a value")),
    })
}

fn array(ty: ParamType, value: &Value) -> Result<Param, Coded> {
    let items = items(value)?;
    fn all<T>(items: &[Value], one: impl Fn(&Value) -> Result<T, Coded>) -> Result<Vec<T>, Coded> {
        items.iter().map(one).collect()
    }
    Ok(match ty {
        ParamType::Text => Param::Texts(all(items, text)?),
        ParamType::Int => Param::Ints(all(items, int)?),
        ParamType::Float => {
            Param::Floats(all(items, |v| v.as_f64().ok_or_else(|| unfit(v, scalar::NUMBER)))?)
        }
        ParamType::Bool => {
            Param::Bools(all(items, |v| v.as_bool().ok_or_else(|| unfit(v, scalar::BOOLEAN)))?)
        }
        ParamType::Date => Param::Dates(all(items, day)?),
        ParamType::DateTime => Param::DateTimes(all(items, moment)?),
        ParamType::Decimal => Param::Decimals(all(items, decimal)?),
        ParamType::Uuid | ParamType::BigInt => return Err(Coded::internal("an array that has no filter")),
    })
}

/// A text that another is searched for: no longer than what people type.
fn search_text(value: &Value) -> Result<String, Coded> {
    let text = text(value)?;
    match text.chars().count() > limits::SEARCH_TEXT {
        true => Err(Coded::fault(
            "TEXT_TOO_LONG",
            format!("contains, startsWith and matches take {} characters at most", limits::SEARCH_TEXT),
            format!("contains, startsWith và matches nhận tối đa {} ký tự", limits::SEARCH_TEXT),
        )),
        false => Ok(text),
    }
}

fn text(value: &Value) -> Result<String, Coded> {
    let text = value.as_str().ok_or_else(|| unfit(value, scalar::TEXT))?;
    match text.contains('\0') {
        // PostgreSQL's text has no NUL.
        true => Err(unfit(value, scalar::NO_NUL)),
        false => Ok(text.to_owned()),
    }
}

fn int(value: &Value) -> Result<i32, Coded> {
    let integer = value.as_i64().and_then(|n| i32::try_from(n).ok());
    integer.ok_or_else(|| unfit(value, scalar::INT))
}

fn decimal(value: &Value) -> Result<rust_decimal::Decimal, Coded> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    scalar::decimal(&text).ok_or_else(|| unfit(value, scalar::DECIMAL))
}

pub(in crate::graph) fn day(value: &Value) -> Result<NaiveDate, Coded> {
    value.as_str().and_then(scalar::day).ok_or_else(|| unfit(value, scalar::DAY))
}

fn moment(value: &Value) -> Result<DateTime<Utc>, Coded> {
    value.as_str().and_then(scalar::moment).ok_or_else(|| unfit(value, scalar::MOMENT))
}

fn unfit(value: &Value, expected: Expected) -> Coded {
    scalar::unfit(&value.to_string(), expected)
}

/// A text that is no id of this hub.
pub(super) fn invalid_id(text: &str) -> Coded {
    let shown: String = text.chars().take(60).collect();
    Coded::fault(
        "INVALID_ID",
        format!("{shown:?} is no id; an id is a type and 26 characters: product_01h455vb4pex5vsknk084sn02q"),
        format!(
            "{shown:?} không phải mã định danh; mã gồm loại và 26 ký tự: product_01h455vb4pex5vsknk084sn02q"
        ),
    )
}

/// More values than a list may have.
pub(super) fn too_many(what: &str, given: usize, most: usize) -> Coded {
    Coded::fault(
        "LIST_TOO_LONG",
        format!("{what} takes {most} values at most, not {given}"),
        format!("{what} nhận tối đa {most} giá trị, không nhận {given}"),
    )
}
