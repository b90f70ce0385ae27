//! How register files are joined: the common words under each, an extension over the register it extends.

use toml::{Table, Value};

use crate::ingest::fold::flat;

/// Where lists are added to those of the register extended; elsewhere they stand in their place, since in
/// rules the order counts.
const ADDED: [&str; 10] =
    ["column", "vocabulary", "words", "foreign", "as_of", "sheets", "layout", "reject", "split", "join"];

/// Tables are joined; anything else is replaced.
pub(super) fn join(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Table(base), Value::Table(over)) => {
            for (key, value) in over {
                match base.get_mut(&key) {
                    Some(before) => join(before, value),
                    None => {
                        base.insert(key, value);
                    }
                }
            }
        }
        (base, over) => *base = over,
    }
}

/// An extension over its base: lists of words are added, what `replace` names is dropped beforehand.
pub(super) fn extend(base: &Table, mut over: Table) -> Table {
    let mut out = base.clone();
    for path in replaced(&over) {
        let parts: Vec<&str> = path.split('.').collect();
        remove(&mut out, &parts);
    }
    over.remove("extends");
    over.remove("replace");
    for (part, lists) in [("vocabulary", true), ("column", false)] {
        if let (Some(Value::Table(base)), Some(Value::Table(over))) = (out.get_mut(part), over.get(part)) {
            if lists {
                let both = over.iter().filter_map(|(name, words)| Some((name, words.as_table()?)));
                both.for_each(|(name, words)| {
                    if let Some(Value::Table(base)) = base.get_mut(name) {
                        take_over(base, words, |value| Some(value));
                    }
                });
            } else {
                take_over(base, over, |column| column.as_table_mut()?.get_mut("headers"));
            }
        }
    }
    for (key, value) in over {
        let add = ADDED.contains(&key.as_str())
            || matches!(key.as_str(), "unpivot" | "delta" | "nested" | "reference");
        match out.get_mut(&key) {
            Some(before) if add => add_to(before, value),
            Some(before) => join(before, value),
            None => {
                out.insert(key, value);
            }
        }
    }
    out
}

/// A word that the extension gives to another value, or a heading to another column, no longer means the first.
fn take_over(base: &mut Table, over: &Table, list: impl Fn(&mut Value) -> Option<&mut Value>) {
    for (name, given) in over {
        let mut given = given.clone();
        let words: Vec<String> = list(&mut given).map(|v| texts(v)).unwrap_or_default();
        for (_, other) in base.iter_mut().filter(|(other, _)| *other != name) {
            if let Some(Value::Array(known)) = list(other) {
                known.retain(|k| !k.as_str().is_some_and(|k| words.contains(&flat(k))));
            }
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|v| v.as_str().map(flat)).collect()
}

/// Paths that `replace` names.
pub(super) fn replaced(table: &Table) -> Vec<String> {
    let list = table.get("replace").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

/// Whether a path of keys leads somewhere.
pub(super) fn leads(table: &Table, path: &str) -> bool {
    let mut parts = path.split('.');
    let first = parts.next().and_then(|p| table.get(p));
    parts.fold(first, |at, part| at?.as_table()?.get(part)).is_some()
}

fn remove(table: &mut Table, path: &[&str]) {
    match path {
        [last] => {
            table.remove(*last);
        }
        [first, rest @ ..] => {
            if let Some(inner) = table.get_mut(*first).and_then(Value::as_table_mut) {
                remove(inner, rest);
            }
        }
        [] => {}
    }
}

fn add_to(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Table(base), Value::Table(over)) => {
            for (key, value) in over {
                match base.get_mut(&key) {
                    Some(before) => add_to(before, value),
                    None => {
                        base.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(base), Value::Array(over)) => {
            for value in over {
                let name = value.get("name").cloned();
                let same = base.iter().position(|b| name.is_some() && b.get("name") == name.as_ref());
                match same {
                    // A form of the same name: what is given replaces.
                    Some(at) => join(&mut base[at], value),
                    None if !base.contains(&value) => base.push(value),
                    None => {}
                }
            }
        }
        (base, over) => *base = over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_takes_words_over_and_mends_forms_by_name() {
        let table = |text: &str| text.parse::<Table>().expect("TOML");
        let base = table(
            "[column.c]\nheaders = ['Ngày cấp', 'x']\n[vocabulary.v]\nNEW = ['N', 'mới']\n[[layout]]\nname = 'l'\n\
             targets = ['t']\n",
        );
        let over = table(
            "[column.d]\nheaders = ['ngày CẤP']\n[vocabulary.v]\nRAISED = ['n']\n[[layout]]\nname = 'l'\n\
             observed_on = ['d']\n",
        );
        let expected = table(
            "[column.c]\nheaders = ['x']\n[column.d]\nheaders = ['ngày CẤP']\n[vocabulary.v]\nNEW = ['mới']\n\
             RAISED = ['n']\n[[layout]]\nname = 'l'\ntargets = ['t']\nobserved_on = ['d']\n",
        );
        assert_eq!(extend(&base, over), expected);
    }

    #[test]
    fn an_extension_adds_words_and_replaces_rules() {
        let table = |text: &str| text.parse::<Table>().expect("TOML");
        let base = table(
            "code = 'a'\nforeign = ['x']\n[column.c]\nheaders = ['one']\n[target.t]\nkey = [['c']]\n[[layout]]\nname = 'l'\n",
        );
        let over = table(
            "extends = 'a'\nreplace = ['foreign']\n[column.c]\nheaders = ['one', 'two']\n[target.t]\nkey = [['d']]\n\
             [[layout]]\nname = 'm'\n",
        );
        let expected = table(
            "code = 'a'\n[column.c]\nheaders = ['one', 'two']\n[target.t]\nkey = [['d']]\n[[layout]]\nname = 'l'\n\
             [[layout]]\nname = 'm'\n",
        );
        assert_eq!(extend(&base, over), expected);
    }
}
