//! The settings file: found, read, and its mistakes named with their line.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;
use toml::Spanned;

use super::settings::Settings;
use crate::error::Fault;

/// Read when no file is named.
const CUSTOMARY: &str = "lienthong.toml";

/// The settings of the file, or none of them when no file is named and the customary one is absent.
pub(super) fn read(named: Option<&Path>) -> Result<Settings, Fault> {
    let path = named.unwrap_or(Path::new(CUSTOMARY));
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&path.display().to_string(), &text),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Settings::default())
        }
        Err(error) => Err(Fault::new(
            "SETTINGS_FILE_UNREADABLE",
            format!("cannot read the settings file {}: {error}", path.display()),
            format!("không đọc được tệp thiết lập {}: {error}", path.display()),
        )),
    }
}

/// The settings of a file's text; `name` is for messages.
pub(super) fn parse(name: &str, text: &str) -> Result<Settings, Fault> {
    let invalid = |error: toml::de::Error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        let what = error.message().trim();
        Fault::new(
            "SETTINGS_FILE_INVALID",
            format!("{name}, line {line}: {what}"),
            format!("{name}, dòng {line}: nội dung không hợp lệ ({what})"),
        )
    };
    refuse_unknown_keys(name, text, toml::from_str(text).map_err(invalid)?)?;
    toml::from_str(text).map_err(invalid)
}

fn refuse_unknown_keys(
    name: &str,
    text: &str,
    keys: BTreeMap<Spanned<String>, toml::Value>,
) -> Result<(), Fault> {
    let known = known_keys();
    let first = keys.keys().filter(|key| !known.contains(key.as_ref())).min_by_key(|key| key.span().start);
    let Some(key) = first else { return Ok(()) };
    let line = line_of(text, key.span().start);
    let (key, known) = (key.as_ref(), known.join(", "));
    Err(Fault::new(
        "SETTING_UNKNOWN",
        format!("{name}, line {line}: there is no setting '{key}'. Known: {known}"),
        format!("{name}, dòng {line}: không có thiết lập '{key}'. Các thiết lập hợp lệ: {known}"),
    ))
}

/// Names of all settings, from the same struct that reads them.
fn known_keys() -> Vec<String> {
    Settings::augment_args(clap::Command::new("settings"))
        .get_arguments()
        .map(|argument| argument.get_id().to_string())
        .filter(|key| key != "config")
        .chain(["limits".to_owned()])
        .collect()
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count()
}
