//! The archive of an .xlsx workbook: which of its files is which sheet; all that is not marked is copied as it
//! is.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::splice::walk;
use super::styles::Styles;
use super::{AllMarks, sheet};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

const STYLES: &str = "xl/styles.xml";

/// Whether the bytes are a workbook whose sheets are XML.
pub(super) fn is_xlsx(bytes: &[u8]) -> bool {
    ZipArchive::new(Cursor::new(bytes)).is_ok_and(|mut archive| archive.by_name("xl/workbook.xml").is_ok())
}

/// The workbook with marks in its sheets.
pub(super) fn mark(bytes: &[u8], all: &AllMarks) -> anyhow::Result<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let files = sheet_files(&mut archive)?;
    let mut styles = Styles::read(text(&mut archive, STYLES).ok())?;
    let mut changed: BTreeMap<String, String> = BTreeMap::new();
    for (name, marks) in all.iter().filter(|(_, marks)| !marks.rows.is_empty()) {
        let Some(file) = files.get(name) else { continue };
        let xml = text(&mut archive, file)?;
        changed.insert(file.clone(), sheet::mark(&xml, marks, &mut styles)?);
    }
    if let Some(xml) = styles.written() {
        changed.insert(STYLES.to_owned(), xml);
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 64 * 1024)));
    for at in 0..archive.len() {
        let entry = archive.by_index(at)?;
        let name = entry.name()?.into_owned();
        match changed.get(&name) {
            None => writer.raw_copy_file(entry)?,
            Some(xml) => {
                writer.start_file(name, SimpleFileOptions::default())?;
                writer.write_all(xml.as_bytes())?;
            }
        }
    }
    Ok(writer.finish()?.into_inner())
}

/// Name of a sheet → its file.
fn sheet_files(archive: &mut Archive<'_>) -> anyhow::Result<HashMap<String, String>> {
    let mut targets = HashMap::new();
    walk(&text(archive, "xl/_rels/workbook.xml.rels")?, |tag| {
        if tag.name == "Relationship"
            && let (Some(id), Some(target)) = (tag.value("Id"), tag.value("Target"))
        {
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            targets.insert(id, path);
        }
    })?;
    let mut files = HashMap::new();
    walk(&text(archive, "xl/workbook.xml")?, |tag| {
        if tag.name == "sheet"
            && let (Some(name), Some(id)) = (tag.value("name"), tag.value("id"))
            && let Some(file) = targets.get(&id)
        {
            files.insert(name, file.clone());
        }
    })?;
    Ok(files)
}

fn text(archive: &mut Archive<'_>, name: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    archive.by_name(name)?.read_to_string(&mut text)?;
    Ok(text)
}
