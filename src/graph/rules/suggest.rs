//! "Did you mean": names of the schema near the one that apollo-compiler does not find. Its diagnostics say in
//! words alone what they are about, so the names are read out of these; a test holds them to it.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;

/// Most names suggested.
const MOST: usize = 5;
/// Longer names are no slips.
const LONGEST: usize = 60;

/// Names near the one that `message` says is unknown, the nearest first.
pub(in crate::graph) fn near(schema: &Schema, message: &str) -> Vec<String> {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let Some((unknown, known)) = known(schema, message, &names) else { return Vec::new() };
    if unknown.len() > LONGEST {
        return Vec::new();
    }
    among(unknown, known)
}

/// Those of `known` that are near a name, the nearest first.
pub(in crate::graph) fn among<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    // As graphql-js has it: up to two fifths of the letters may differ.
    let most = unknown.chars().count() * 2 / 5 + 1;
    let measured = known.into_iter().map(|name| (distance(unknown, name), name));
    let mut near: Vec<(usize, &str)> = measured.filter(|(d, _)| *d <= most).collect();
    near.sort_unstable();
    near.into_iter().take(MOST).map(|(_, name)| name.to_owned()).collect()
}

/// The unknown name, and those it may be instead.
fn known<'a>(schema: &'a Schema, message: &str, names: &[&'a str]) -> Option<(&'a str, Vec<&'a str>)> {
    let fields = |ty: &str| match schema.types.get(ty) {
        Some(ExtendedType::Object(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::Interface(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::InputObject(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::Enum(ty)) => ty.values.keys().map(|name| name.as_str()).collect(),
        _ => Vec::new(),
    };
    let types = || schema.types.keys().map(|name| name.as_str()).filter(|name| !name.starts_with("__"));
    match names {
        [ty, field] if message.contains("does not have a field") => Some((field, fields(ty))),
        [name, ty] if message.contains("does not exist on") => Some((name, fields(ty))),
        [argument, place] if message.contains("is not supported by") => {
            let arguments = match place.strip_prefix('@') {
                Some(directive) => &schema.directive_definitions.get(directive)?.arguments,
                None => {
                    let (ty, field) = place.split_once('.')?;
                    &schema.type_field(ty, field).ok()?.arguments
                }
            };
            Some((argument, arguments.iter().map(|one| one.name.as_str()).collect()))
        }
        [directive] if message.contains("cannot find directive") => {
            let all = schema.directive_definitions.keys().map(|name| name.as_str()).collect();
            Some((directive.trim_start_matches('@'), all))
        }
        [ty, ..] if message.contains("cannot find type") || message.contains("type condition") => {
            Some((ty, types().collect()))
        }
        _ => None,
    }
}

/// How many letters are put in, left out, changed or swapped with their neighbour; case counts little.
fn distance(one: &str, other: &str) -> usize {
    if one.eq_ignore_ascii_case(other) {
        return usize::from(one != other);
    }
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<_>>()];
    for (at, letter) in one.iter().enumerate() {
        let mut row = vec![at + 1];
        for (there, its) in other.iter().enumerate() {
            let changed = rows[at][there] + usize::from(letter != its);
            let mut least = changed.min(rows[at][there + 1] + 1).min(row[there] + 1);
            let swapped = at > 0 && there > 0 && one[at - 1] == *its && other[there - 1] == *letter;
            if swapped {
                least = least.min(rows[at - 1][there - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}
