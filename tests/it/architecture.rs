//! Holds the code to ARCHITECTURE.md: dependencies run one way, files stay small, and no Rust names an entity
//! type of the schema.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regex::Regex;

/// From the ground up; a module may use those on lines above its own, never its neighbours.
const LAYERS: &[&[&str]] = &[
    &["error", "clock"],
    &["catalog"],
    &["store"],
    &["access", "ingest", "matching", "merge", "search", "supply", "verify"],
    &["pipeline"],
    &["graph"],
    &["http"],
    &["config"],
    &["telemetry"],
    &["hub"],
    &["cli"],
    &["main"],
];

/// Neighbours that may be used all the same: (user, used, reason).
const NEIGHBOURS: &[(&str, &str, &str)] = &[
    ("merge", "matching", "merging asks which records speak of the same thing"),
    ("supply", "search", "a demand names products by words"),
    ("merge", "search", "merging makes the documents of the words that searching looks for"),
];

/// Where Rust may name entity types: (file, names, reason).
const NAMED: &[(&str, &[&str], &str)] = &[
    (
        "src/store/reference/write.rs",
        &["admin_unit", "admin_unit_succession", "agency", "product_group"],
        "reference data have their own tables, filled from files of the State and not from offices",
    ),
    ("src/store/reference/succession.rs", &["admin_unit_succession"], "as above"),
    (
        "src/store/territory.rs",
        &["admin_unit", "admin_unit_succession"],
        "places that queries name are resolved among the units",
    ),
    (
        "src/graph/indicator/trace.rs",
        &["agency", "document"],
        "files behind a number were delivered by agencies; the document is that of the question",
    ),
    ("src/graph/indicator/mod.rs", &["programme"], "the question of that name, not the type"),
    ("src/graph/run/write_page.rs", &["Plan"], "PostgreSQL's word in what `explain` answers"),
    ("src/ingest/stage/store.rs", &["admin_unit", "agency"], "an import is signed by the agency of its day"),
    (
        "src/ingest/register/form.rs",
        &["agency"],
        "a cleaner's name: bodies of the State, as registers name them",
    ),
    ("src/ingest/register/fits.rs", &["agency"], "as above"),
    (
        "src/supply/statements.rs",
        &["supply_offer", "product", "product_group", "recognition", "admin_unit"],
        "what an offer weighs against a demand is a rule of offers",
    ),
    (
        "src/pipeline/demand/follow.rs",
        &[
            "Product",
            "SupplyOffer",
            "QualityCertificate",
            "supply_offer",
            "recognition",
            "quality_certificate",
        ],
        "which changes touch the offers that stored demands match",
    ),
    ("src/pipeline/demand/mod.rs", &["product_group", "retail_partner"], "what a demand names"),
    ("src/graph/act/demand.rs", &["retail_partner"], "as above"),
    ("src/graph/look/supply.rs", &["product", "producer"], "fields of its result have these names"),
    ("src/graph/look/verify.rs", &["agency"], "as above"),
    ("src/http/verify/page.rs", &["agency"], "as above"),
    ("src/supply/demand.rs", &["product_group"], "a demand names a group by its id"),
    ("src/supply/mod.rs", &["product_group"], "as above"),
    ("src/store/reference_id.rs", &["admin_unit", "product_group"], "ids of reference data"),
];

const MAX_LINES: usize = 400;

#[test]
fn dependencies_run_one_way() {
    let mut wrong = Vec::new();
    for file in rust_files("src").into_iter().filter(|file| !file.ends_with("tests.rs")) {
        let user = module_of(&file);
        let text = std::fs::read_to_string(root().join(&file)).unwrap();
        for used in crate_paths(before_tests(&text)) {
            let excused = NEIGHBOURS.iter().any(|(one, other, _)| *one == user && *other == used);
            if used != user && layer(&used) >= layer(&user) && !excused {
                wrong.push(format!("{}: {user} may not use {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_layer() {
    let library = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules = Regex::new(r"(?m)^pub mod (\w+);").unwrap();
    let modules: BTreeSet<String> =
        modules.captures_iter(&library).map(|found| found[1].to_owned()).collect();
    let layered: BTreeSet<String> =
        LAYERS.concat().into_iter().filter(|name| *name != "main").map(str::to_owned).collect();
    assert_eq!(modules, layered);
}

#[test]
fn files_stay_small() {
    let lines = |file: &PathBuf| std::fs::read_to_string(root().join(file)).unwrap().lines().count();
    let large: Vec<String> = ["src", "tests", "benches"]
        .iter()
        .flat_map(|dir| rust_files(dir))
        .map(|file| (lines(&file), file))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .map(|(lines, file)| format!("{}: {lines} lines, at most {MAX_LINES}", file.display()))
        .collect();
    assert!(large.is_empty(), "{}", large.join("\n"));
}

#[test]
fn no_rust_names_an_entity_type() {
    let names = entity_names();
    assert!(names.len() > 10, "the schema's entity types were not found: {names:?}");
    let names: Vec<(String, Regex)> = names.into_iter().map(|name| (name.clone(), naming(&name))).collect();
    let mut excuses: BTreeSet<(&str, &str)> =
        NAMED.iter().flat_map(|(file, names, _)| names.iter().map(|name| (*file, *name))).collect();
    let mut wrong = Vec::new();
    for file in rust_files("src").into_iter().filter(|file| !file.ends_with("tests.rs")) {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(root().join(&file)).unwrap();
        let literals = string_literals(before_tests(&text));
        let is_named = |pattern: &Regex| literals.iter().any(|literal| pattern.is_match(literal));
        for (name, _) in names.iter().filter(|(_, pattern)| is_named(pattern)) {
            let excused =
                NAMED.iter().any(|(file, names, _)| *file == shown && names.contains(&name.as_str()));
            excuses.retain(|excuse| *excuse != (shown.as_str(), name.as_str()));
            if !excused {
                wrong.push(format!("{shown}: names {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\nA rule that belongs to one type goes into NAMED.", wrong.join("\n"));
    assert!(excuses.is_empty(), "no longer needed: {excuses:?}");
}

#[test]
fn the_checks_see_what_they_look_for() {
    let text = "use crate::{store::id, graph::{self, Answer}};\n// crate::cli\nfn f() { crate::merge::x() }";
    assert_eq!(crate_paths(text), ["store", "graph", "merge"]);
    let text = "let a = \"it \\\"is\\\"\"; // \"no\"\nlet b = '\"'; let c = r#\"a \"raw\" one\"#;";
    assert_eq!(string_literals(text), ["it \\\"is\\\"", "a \"raw\" one"]);
    for (literal, name, expected) in [
        ("select 1 from product where a", "product", true),
        ("AdminUnit.code", "AdminUnit", true),
        ("the product is unknown", "product", false),
        ("by product", "product", false),
    ] {
        assert_eq!(naming(name).is_match(literal), expected, "{literal}");
    }
}

/// Type and table names of the entities, but for the pipeline's own, which the pipeline writes.
fn entity_names() -> BTreeSet<String> {
    let declared = Regex::new(r#"(?m)^type (\w+)\s+@entity\(\s*table: "(\w+)""#).unwrap();
    let dirs = files_under("schema/entities", "graphql");
    let files = dirs.into_iter().filter(|file| !file.starts_with("schema/entities/pipeline"));
    files
        .flat_map(|file| {
            let text = std::fs::read_to_string(root().join(file)).unwrap();
            let found = declared.captures_iter(&text).flat_map(|one| [one[1].to_owned(), one[2].to_owned()]);
            found.collect::<Vec<_>>()
        })
        .collect()
}

/// Finds a string that names an entity type and is no mere English: the name alone, a table in SQL, or a name
/// of two words anywhere.
fn naming(name: &str) -> Regex {
    let two_words = name.contains('_') || name.chars().filter(char::is_ascii_uppercase).count() > 1;
    let pattern = if two_words {
        format!(r"\b{name}\b")
    } else {
        format!(r"(?:^{name}$|\b(?:from|join|into|update|table)\s+{name}\b)")
    };
    Regex::new(&pattern).unwrap()
}

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| layer.contains(&module))
        .unwrap_or_else(|| panic!("the module {module} has no layer"))
}

fn module_of(file: &Path) -> String {
    let first = file.strip_prefix("src").unwrap().iter().next().unwrap().to_str().unwrap();
    match first.trim_end_matches(".rs") {
        // The list of modules uses nothing; count it as the top.
        "lib" => "main".to_owned(),
        module => module.to_owned(),
    }
}

/// The modules of this crate that a file's code names after `crate::`.
fn crate_paths(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut modules = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        // `$crate::` of a macro means the same; `some_crate::` does not.
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => modules.extend(heads(group)),
            None => modules.push(identifier(rest)),
        }
    }
    modules
}

/// First segments of the paths in a `use` group, whose opening brace is behind us.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut heads, mut at_start) = (0, Vec::new(), true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            letter if at_start && letter.is_alphabetic() => {
                heads.push(identifier(&group[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    heads
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

fn before_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// The insides of a file's string literals, escapes as written.
fn string_literals(text: &str) -> Vec<String> {
    let token = r###"(?s)//[^\n]*|/\*.*?\*/|'(?:\\.|[^\\'])'|r##"(.*?)"##|r#"(.*?)"#|r"([^"]*)"|"((?:\\.|[^"\\])*)""###;
    Regex::new(token)
        .unwrap()
        .captures_iter(text)
        .filter_map(|found| found.iter().skip(1).flatten().next())
        .map(|inside| inside.as_str().to_owned())
        .collect()
}

fn rust_files(dir: &str) -> Vec<PathBuf> {
    files_under(dir, "rs")
}

/// Files with this ending, named from the project's root.
fn files_under(dir: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|is| is == ending) {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
