//! Register files from the binary and from a folder, each joined with the common words.

use std::collections::HashMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use regex::{Regex, RegexBuilder};
use sha2::{Digest, Sha256};
use toml::Value;

use super::headers::Headers;
use super::words::Folded;
use super::{Model, Register, Reject, check};
use crate::catalog::Catalog;
use crate::error::Fault;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schema/registers");
const COMMON: &str = "common.toml";

/// All registers the hub knows.
#[derive(Debug, Clone)]
pub struct Registers {
    all: Vec<Register>,
}

impl Registers {
    /// Those in the binary and, after them, those of `extra`, which replace others of the same code.
    /// Checked against the catalog: unknown entity types, fields and enum values are faults.
    pub fn load(catalog: &Catalog, extra: Option<&Path>) -> Result<Self, Fault> {
        let registers = Self::read(extra)?;
        registers.check(catalog)?;
        Ok(registers)
    }

    /// Whether all agree with the catalog.
    pub fn check(&self, catalog: &Catalog) -> Result<(), Fault> {
        self.all.iter().try_for_each(|register| check::check(register, catalog))
    }

    /// As [`Registers::load`], without a catalog to check against.
    pub fn read(extra: Option<&Path>) -> Result<Self, Fault> {
        let mut files: Vec<(String, String)> = EMBEDDED
            .files()
            .filter_map(|f| Some((f.path().to_string_lossy().into_owned(), f.contents_utf8()?.to_owned())))
            .collect();
        if let Some(folder) = extra {
            files.extend(folder_files(folder)?);
        }
        let common = files.iter().rfind(|(name, _)| name == COMMON).map(|(_, text)| text.clone());
        let common = common.unwrap_or_default();
        let mut all: Vec<Register> = Vec::new();
        for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".toml") && name != COMMON) {
            let register = parse(name, text, &common)?;
            all.retain(|r| r.model.code != register.model.code);
            all.push(register);
        }
        all.sort_by(|a, b| a.model.code.cmp(&b.model.code));
        Ok(Self { all })
    }

    /// These and no others.
    #[cfg(test)]
    pub(crate) fn of(all: Vec<Register>) -> Self {
        Self { all }
    }

    /// In order of their codes.
    pub fn all(&self) -> &[Register] {
        &self.all
    }

    /// The one of that code.
    pub fn get(&self, code: &str) -> Option<&Register> {
        self.all.iter().find(|r| r.model.code == code)
    }
}

fn folder_files(folder: &Path) -> Result<Vec<(String, String)>, Fault> {
    let failed = |e: std::io::Error| invalid(&folder.display().to_string(), &e.to_string());
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            out.push((name, std::fs::read_to_string(&path).map_err(failed)?));
        }
    }
    out.sort();
    Ok(out)
}

fn parse(name: &str, text: &str, common: &str) -> Result<Register, Fault> {
    let table =
        |text: &str, file: &str| text.parse::<toml::Table>().map_err(|e| invalid(file, &e.to_string()));
    let mut joined = Value::Table(table(common, COMMON)?);
    join(&mut joined, Value::Table(table(text, name)?));
    let model: Model = joined.try_into().map_err(|e: toml::de::Error| invalid(name, &e.to_string()))?;
    let hash = Sha256::digest(format!("{common}\0{text}").as_bytes());
    let version = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let regex = |p: &String| Regex::new(p).map_err(|e| invalid(name, &e.to_string()));
    let mut rejects = Vec::new();
    for r in &model.reject {
        let pattern = RegexBuilder::new(&r.pattern).case_insensitive(true).build();
        let pattern = pattern.map_err(|e| invalid(name, &e.to_string()))?;
        rejects.push(Reject { columns: r.columns.clone(), pattern, en: r.en.clone(), vi: r.vi.clone() });
    }
    let mut strips = HashMap::new();
    let rules = model.target.values().flat_map(|t| t.fields.values()).flat_map(|r| r.all());
    for pattern in
        rules.flat_map(|r| r.strip.iter().chain(&r.pick).chain(r.replace.iter().map(|(pattern, _)| pattern)))
    {
        let regex = RegexBuilder::new(pattern).case_insensitive(true).build();
        strips.insert(pattern.clone(), regex.map_err(|e| invalid(name, &e.to_string()))?);
    }
    Ok(Register {
        words: Folded::new(&model),
        strips,
        headers: Headers::new(&model.column, &model.nested),
        rejects,
        only: model.sheets.only.iter().map(regex).collect::<Result<_, _>>()?,
        skip: model.sheets.skip.iter().map(regex).collect::<Result<_, _>>()?,
        version,
        file: name.to_owned(),
        model,
    })
}

/// Tables are joined; anything else is replaced.
fn join(base: &mut Value, over: Value) {
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

pub(super) fn invalid(file: &str, what: &str) -> Fault {
    let what = what.trim();
    Fault::new(
        "REGISTER_INVALID",
        format!("Register file {file}: {what}"),
        format!("Tệp mô tả sổ {file}: {what}"),
    )
}
