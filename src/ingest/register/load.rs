//! Register files from the binary and of the operator, each joined with the common words and with the
//! register it extends.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use regex::{Regex, RegexBuilder};
use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::headers::Headers;
use super::mistake::{self, Mistake, hint, line_at, line_of};
use super::shape::Shaping;
use super::words::Folded;
use super::{Model, Origin, Owned, Register, Reject, check, extend, structure};
use crate::catalog::Catalog;
use crate::error::Fault;
use crate::store::id::hexadecimal;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schema/registers");
const COMMON: &str = "common.toml";

/// All registers the hub knows.
#[derive(Debug, Clone)]
pub struct Registers {
    all: Vec<Register>,
    /// Texts of the files, for naming lines.
    texts: BTreeMap<String, String>,
}

/// A register file, as text.
#[derive(Debug, Clone)]
pub struct File {
    /// Name, for messages.
    pub name: String,
    /// Content.
    pub text: String,
    /// Who brought it.
    pub origin: Origin,
}

/// A register in the making.
#[derive(Clone)]
struct Draft {
    table: Table,
    /// Files it is made of, the last one's mistakes being told.
    texts: Vec<String>,
    file: String,
    origin: Origin,
    /// How many items of each list stand in files before the last.
    before: HashMap<String, usize>,
}

impl Registers {
    /// Those in the binary and, after them, those of `extra`, which replace others of the same code or extend
    /// them. Checked against the catalog: unknown entity types, fields and enum values are faults.
    pub fn load(catalog: &Catalog, extra: Option<&Path>) -> Result<Self, Fault> {
        let mut registers = Self::read(extra)?;
        registers.check(catalog)?;
        let owned = Arc::new(Owned::of(catalog));
        registers.all.iter_mut().for_each(|register| register.owned = Arc::clone(&owned));
        Ok(registers)
    }

    /// Whether all agree with the catalog.
    pub fn check(&self, catalog: &Catalog) -> Result<(), Fault> {
        match self.mistakes(catalog) {
            found if found.is_empty() => Ok(()),
            found => Err(mistake::fault(&found)),
        }
    }

    /// All that does not agree with the catalog.
    pub fn mistakes(&self, catalog: &Catalog) -> Vec<Mistake> {
        let all = self.all.iter().flat_map(|register| {
            let found = check::check(register, catalog);
            found.into_iter().map(|m| located(m, self.texts.get(&register.file), &register.before))
        });
        all.collect()
    }

    /// As [`Registers::load`], without a catalog to check against.
    pub fn read(extra: Option<&Path>) -> Result<Self, Fault> {
        Self::of(files(extra)?).map_err(|found| mistake::fault(&found))
    }

    /// Registers of some files, in order; all mistakes of form when there are some.
    pub fn of(files: Vec<File>) -> Result<Self, Vec<Mistake>> {
        let mut wrong = Vec::new();
        let common = common(&files, &mut wrong);
        let mut drafts: Vec<Draft> = Vec::new();
        for file in files.iter().filter(|file| file.name != COMMON) {
            match draft(file, &common, &drafts) {
                Ok(draft) => {
                    drafts.retain(|d| d.table.get("code") != draft.table.get("code"));
                    drafts.push(draft);
                }
                Err(mistake) => wrong.push(*mistake),
            }
        }
        let mut all = Vec::new();
        let texts: BTreeMap<String, String> = files.into_iter().map(|f| (f.name, f.text)).collect();
        for draft in drafts {
            match finish(&draft) {
                Ok(register) => all.push(register),
                Err(found) => {
                    let text = texts.get(&draft.file);
                    wrong.extend(found.into_iter().map(|m| located(m, text, &draft.before)));
                }
            }
        }
        all.sort_by(|a, b| a.model.code.cmp(&b.model.code));
        if wrong.is_empty() { Ok(Self { all, texts }) } else { Err(wrong) }
    }

    /// These and no others.
    #[cfg(test)]
    pub(crate) fn only(all: Vec<Register>) -> Self {
        Self { all, texts: BTreeMap::new() }
    }

    /// In order of their codes.
    pub fn all(&self) -> &[Register] {
        &self.all
    }

    /// The one of that code.
    pub fn get(&self, code: &str) -> Option<&Register> {
        self.all.iter().find(|r| r.model.code == code)
    }

    /// The text of a file that was read.
    pub fn text(&self, file: &str) -> Option<&str> {
        self.texts.get(file).map(String::as_str)
    }
}

/// The files of the binary and, after them, those of a folder.
pub fn files(extra: Option<&Path>) -> Result<Vec<File>, Fault> {
    let embedded = EMBEDDED.files().filter(|f| f.path().extension().is_some_and(|e| e == "toml"));
    let mut files: Vec<File> = embedded
        .filter_map(|f| {
            let (name, text) = (f.path().to_string_lossy().into_owned(), f.contents_utf8()?.to_owned());
            Some(File { name, text, origin: Origin::BuiltIn })
        })
        .collect();
    if let Some(folder) = extra {
        let names = folder_files(folder)?;
        for path in names {
            files.push(file(&path)?);
        }
    }
    Ok(files)
}

/// One file of the operator.
pub fn file(path: &Path) -> Result<File, Fault> {
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // A file may bear the name of one it replaces or extends; lines are told of the operator's.
    let name =
        if name == COMMON || EMBEDDED.get_file(&name).is_none() { name } else { path.display().to_string() };
    Ok(File { name, text, origin: Origin::Operator })
}

fn folder_files(folder: &Path) -> Result<Vec<std::path::PathBuf>, Fault> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Fault {
    let path = path.display();
    Fault::new(
        "REGISTER_UNREADABLE",
        format!(
            "cannot read {path}: {error}. Expected a register file, or with --registers a folder of them"
        ),
        format!(
            "không đọc được {path}: {error}. Cần một tệp mô tả sổ, hoặc với --registers là thư mục các tệp đó"
        ),
    )
}

/// The common words: the binary's, replaced or (with `extends = "common"`) added to by the operator's.
fn common(files: &[File], wrong: &mut Vec<Mistake>) -> Table {
    let mut out = Table::new();
    for file in files.iter().filter(|f| f.name == COMMON) {
        match parse(file) {
            Ok(table) if table.contains_key("extends") => out = extend::extend(&out, table),
            Ok(table) => out = table,
            Err(mistake) => wrong.push(*mistake),
        }
    }
    out
}

fn parse(file: &File) -> Result<Table, Box<Mistake>> {
    file.text.parse::<Table>().map_err(|error: toml::de::Error| {
        let what = error.message().trim().to_owned();
        let line = error.span().map(|span| line_at(&file.text, span.start));
        let vi = format!("không phải TOML đúng ({what})");
        Box::new(Mistake { line, ..Mistake::at(&file.name, "", format!("this is no TOML: {what}"), vi) })
    })
}

fn draft(file: &File, common: &Table, before: &[Draft]) -> Result<Draft, Box<Mistake>> {
    let own = parse(file)?;
    let text = file.text.clone();
    let Some(base) = own.get("extends") else {
        let mut joined = Value::Table(common.clone());
        extend::join(&mut joined, Value::Table(own));
        let Value::Table(table) = joined else { return Ok(Draft::empty(file)) };
        let texts = vec![Value::Table(common.clone()).to_string(), text];
        return Ok(Draft {
            table,
            texts,
            file: file.name.clone(),
            origin: file.origin,
            before: HashMap::new(),
        });
    };
    let known = || before.iter().filter_map(|d| d.table.get("code").and_then(Value::as_str));
    let found = before.iter().find(|d| d.table.get("code").is_some_and(|code| code == base));
    let Some(found) = found else {
        let wanted = base.as_str().unwrap_or_default();
        let (en, vi) = hint(wanted, known());
        let all = known().collect::<Vec<_>>().join(", ");
        let mut mistake = Mistake::at(
            &file.name,
            "extends",
            format!("there is no register \"{wanted}\"{en}; there are: {all}"),
            format!("không có sổ \"{wanted}\"{vi}; các sổ hiện có: {all}"),
        );
        mistake.line = line_of(&file.text, "extends");
        return Err(Box::new(mistake));
    };
    if let Some(path) = extend::replaced(&own).iter().find(|path| !extend::leads(&found.table, path)) {
        let mut mistake = Mistake::at(
            &file.name,
            "replace",
            format!("the register extended has no \"{path}\""),
            format!("sổ được bổ sung không có \"{path}\""),
        );
        mistake.line = line_of(&file.text, "replace");
        return Err(Box::new(mistake));
    }
    let before = found.table.iter().filter_map(|(k, v)| Some((k.clone(), v.as_array()?.len()))).collect();
    let mut texts = found.texts.clone();
    texts.push(text);
    let table = extend::extend(&found.table, own);
    Ok(Draft { table, texts, file: file.name.clone(), origin: file.origin, before })
}

impl Draft {
    fn empty(file: &File) -> Self {
        let before = HashMap::new();
        Self { table: Table::new(), texts: Vec::new(), file: file.name.clone(), origin: file.origin, before }
    }
}

/// A mistake with the line on which its key stands in the register's own file, and the key as it is there.
fn located(mut mistake: Mistake, text: Option<&String>, before: &HashMap<String, usize>) -> Mistake {
    if mistake.line.is_some() {
        return mistake;
    }
    if let Some((name, rest)) = mistake.key.clone().split_once('[')
        && let Some((index, rest)) = rest.split_once(']')
        && let Ok(index) = index.parse::<usize>()
    {
        match index.checked_sub(before.get(name).copied().unwrap_or(0)) {
            Some(own) => mistake.key = format!("{name}[{own}]{rest}"),
            None => return mistake,
        }
    }
    mistake.line = text.and_then(|text| line_of(text, &mistake.key));
    mistake
}

fn finish(draft: &Draft) -> Result<Register, Vec<Mistake>> {
    let name = &draft.file;
    let found = structure::mistakes(name, &draft.table);
    if !found.is_empty() {
        return Err(found);
    }
    let mut table = draft.table.clone();
    table.remove("extends");
    let model: Model = Value::Table(table)
        .try_into()
        .map_err(|e: toml::de::Error| vec![Mistake::at(name, "", e.to_string(), e.to_string())])?;
    let mut wrong = Vec::new();
    let mut regex = |key: String, pattern: &str, any_case: bool| {
        let built = RegexBuilder::new(pattern).case_insensitive(any_case).build();
        built.map_err(|e| wrong.push(bad_pattern(name, key, &e))).ok()
    };
    let mut rejects = Vec::new();
    for (i, r) in model.reject.iter().enumerate() {
        if let Some(pattern) = regex(format!("reject[{i}].pattern"), &r.pattern, true) {
            rejects.push(Reject { columns: r.columns.clone(), pattern, en: r.en.clone(), vi: r.vi.clone() });
        }
    }
    let mut strips = HashMap::new();
    for (key, rules) in model.target.iter().flat_map(|(t, x)| x.fields.iter().map(move |(f, r)| ((t, f), r)))
    {
        for pattern in rules
            .all()
            .iter()
            .flat_map(|r| r.strip.iter().chain(&r.pick).chain(r.replace.iter().map(|(pattern, _)| pattern)))
        {
            let key = format!("target.{}.fields.{}", key.0, key.1);
            strips.extend(regex(key, pattern, true).map(|r| (pattern.clone(), r)));
        }
    }
    let mut sheets = |key: &str, list: &[String]| -> Vec<Regex> {
        list.iter().filter_map(|p| regex(format!("sheets.{key}"), p, false)).collect()
    };
    let (only, skip) = (sheets("only", &model.sheets.only), sheets("skip", &model.sheets.skip));
    let shaping = match Shaping::new(&model.shape) {
        Ok(shaping) => shaping,
        Err((key, error)) => {
            wrong.push(bad_pattern(name, key, &error));
            Shaping::default()
        }
    };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Register {
        words: Folded::new(&model),
        strips,
        headers: Headers::new(&model),
        rejects,
        only,
        skip,
        shaping,
        version: version(&draft.texts),
        file: name.clone(),
        origin: draft.origin,
        owned: Arc::default(),
        before: draft.before.clone(),
        model,
    })
}

fn bad_pattern(file: &str, key: String, error: &regex::Error) -> Mistake {
    let what = error.to_string();
    let what = what.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Mistake::at(
        file,
        key,
        format!("this is no regular expression: {what}"),
        format!("không phải biểu thức chính quy đúng ({what})"),
    )
}

fn version(texts: &[String]) -> String {
    hexadecimal(&Sha256::digest(texts.join("\0").as_bytes())[..8])
}
