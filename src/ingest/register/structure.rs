//! Whether a register file has the keys it may have, each with a value of the right kind: all mistakes, piece
//! by piece, since a reader of the whole stops at the first. What the values mean is checked in `check`.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::about::{AsOf, Mode, SheetFilter, Title};
use super::form::{Layout, Reject};
use super::mistake::{Mistake, hint};
use super::model::{Column, FieldRule, Reference, Target, Words};
use super::shape::{Delta, Join, Split, TABLES, Unpivot};

const TOP: [&str; 16] = [
    "code",
    "title",
    "office",
    "mode",
    "as_of",
    "sheets",
    "foreign",
    "words",
    "column",
    "nested",
    "vocabulary",
    "target",
    "layout",
    "reject",
    "reference",
    "extends",
];
const NEEDED: [(&str, &str); 7] = [
    ("code", "the register's short name"),
    ("title", "its name, vi and en"),
    ("office", "the OfficeKind of the office that keeps it"),
    ("mode", "\"snapshot\" or \"append\""),
    ("column", "the columns"),
    ("target", "what a row says"),
    ("layout", "the forms of a sheet"),
];

/// All mistakes in the form of a register, the common words and the register extended already in it.
pub(super) fn mistakes(file: &str, all: &Table) -> Vec<Mistake> {
    let mut found = Found { file, out: Vec::new() };
    for key in all.keys().filter(|k| !TOP.contains(&k.as_str()) && !TABLES.contains(&k.as_str())) {
        let (en, vi) = hint(key, TOP.into_iter().chain(TABLES));
        found.add(
            key,
            format!("there is no such table or key{en}"),
            format!("không có bảng hay khóa này{vi}"),
        );
    }
    for (key, what) in NEEDED.iter().filter(|(key, _)| !all.contains_key(*key)) {
        found.add(
            key,
            format!("it is missing: {what}. Or begin the file with extends = \"…\""),
            "còn thiếu; hoặc mở đầu tệp bằng extends = \"…\" để bổ sung vào một sổ có sẵn".to_owned(),
        );
    }
    for (key, value) in all {
        found.piece(key, value);
    }
    found.out
}

struct Found<'f> {
    file: &'f str,
    out: Vec<Mistake>,
}

impl Found<'_> {
    fn add(&mut self, key: &str, en: String, vi: String) {
        self.out.push(Mistake::at(self.file, key, en, vi));
    }

    fn piece(&mut self, key: &str, value: &Value) {
        match key {
            "code" | "office" => self.is::<String>(key, value),
            "mode" => self.is::<Mode>(key, value),
            "title" => self.is::<Title>(key, value),
            "as_of" => self.is::<AsOf>(key, value),
            "sheets" => self.is::<SheetFilter>(key, value),
            "foreign" => self.is::<Vec<String>>(key, value),
            "words" => self.is::<Words>(key, value),
            "delta" => self.is::<Delta>(key, value),
            "units" => self.is::<BTreeMap<String, f64>>(key, value),
            "default" => self.is::<BTreeMap<String, String>>(key, value),
            "column" => self.each::<Column>(key, value),
            "vocabulary" => self.each::<BTreeMap<String, Vec<String>>>(key, value),
            "target" => self.targets(value),
            "layout" => self.list::<Layout>(key, value),
            "reject" => self.list::<Reject>(key, value),
            "reference" => self.list::<Reference>(key, value),
            "nested" => self.each::<Vec<String>>(key, value),
            "split" => self.list::<Split>(key, value),
            "join" => self.list::<Join>(key, value),
            "unpivot" => self.list::<Unpivot>(key, value),
            _ => {}
        }
    }

    fn is<T: DeserializeOwned>(&mut self, key: &str, value: &Value) {
        if let Err(error) = value.clone().try_into::<T>() {
            self.wrong(key, error.message());
        }
    }

    fn each<T: DeserializeOwned>(&mut self, key: &str, value: &Value) {
        let Value::Table(table) = value else { return self.no_table(key) };
        for (name, value) in table {
            self.is::<T>(&format!("{key}.{name}"), value);
        }
    }

    fn list<T: DeserializeOwned>(&mut self, key: &str, value: &Value) {
        let Value::Array(list) = value else {
            return self.add(key, format!("write it as [[{key}]]"), format!("hãy viết là [[{key}]]"));
        };
        for (i, value) in list.iter().enumerate() {
            self.is::<T>(&format!("{key}[{i}]"), value);
        }
    }

    fn targets(&mut self, value: &Value) {
        let Value::Table(table) = value else { return self.no_table("target") };
        for (name, value) in table {
            let key = format!("target.{name}");
            let Value::Table(target) = value else {
                self.no_table(&key);
                continue;
            };
            let mut bare = target.clone();
            if let Some(Value::Table(fields)) = bare.remove("fields") {
                for (field, rules) in &fields {
                    self.rules(&format!("{key}.fields.{field}"), rules);
                }
            }
            self.is::<Target>(&key, &Value::Table(bare));
        }
    }

    fn rules(&mut self, key: &str, value: &Value) {
        match value {
            Value::Array(list) => list.iter().for_each(|rule| self.is::<FieldRule>(key, rule)),
            rule => self.is::<FieldRule>(key, rule),
        }
    }

    fn no_table(&mut self, key: &str) {
        self.add(key, format!("write it as a table, [{key}.…]"), format!("hãy viết thành bảng, [{key}.…]"));
    }

    /// The reader's words, with the nearest of the keys it would take.
    fn wrong(&mut self, key: &str, what: &str) {
        let quoted: Vec<&str> = what.split('`').skip(1).step_by(2).collect();
        match quoted.split_first() {
            Some((unknown, known)) if what.starts_with("unknown ") => {
                let (en, vi) = hint(unknown, known.iter().copied());
                let known = known.join(", ");
                let inner =
                    if what.starts_with("unknown field") { format!("{key}.{unknown}") } else { key.into() };
                self.add(
                    &inner,
                    format!("\"{unknown}\" is not known here{en}; expected one of: {known}"),
                    format!("\"{unknown}\" không dùng được ở đây{vi}; chỉ dùng: {known}"),
                );
            }
            Some((missing, _)) if what.starts_with("missing field") => {
                self.add(key, format!("\"{missing}\" is missing"), format!("còn thiếu \"{missing}\""));
            }
            _ => self.add(key, what.to_owned(), format!("giá trị không đúng kiểu ({what})")),
        }
    }
}
