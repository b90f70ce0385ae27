//! The styles of a workbook, and those added: a cell with a message, and each style of a marked row once more
//! with a coloured ground.

use std::collections::BTreeMap;

use super::splice::{Splices, spliced, walk};

/// Ground of rows that were set aside.
const ASIDE: &str = "FFF8CBAD";
/// Ground of messages.
const MESSAGE: &str = "FFFFF2CC";

/// The styles, as far as they matter here.
pub(super) struct Styles {
    xml: Option<Sheet>,
    /// Style → the same with a coloured ground.
    coloured: BTreeMap<usize, usize>,
    /// Styles added, as XML.
    added: Vec<String>,
}

struct Sheet {
    text: String,
    prefix: String,
    /// Where fills end, and how many there are.
    fills: (usize, usize),
    /// The tag that opens the fills, and the one that opens the cell styles, to count anew.
    fills_tag: (std::ops::Range<usize>, String),
    formats_tag: (std::ops::Range<usize>, String),
    /// Where cell styles end; each of them: its opening tag, and what stands in it.
    formats_end: usize,
    formats: Vec<Format>,
}

#[derive(Default, Clone)]
struct Format {
    /// The tag with the coloured ground.
    tag: String,
    within: std::ops::Range<usize>,
    empty: bool,
}

impl Styles {
    /// Reads the file; a workbook without one, or with one we do not understand, is left without colours.
    pub fn read(text: Option<String>) -> anyhow::Result<Self> {
        let xml = text.map(Sheet::read).transpose()?.flatten();
        Ok(Self { xml, coloured: BTreeMap::new(), added: Vec::new() })
    }

    /// The style of a message.
    pub fn message(&mut self) -> Option<usize> {
        let sheet = self.xml.as_ref()?;
        let (p, fill) = (&sheet.prefix, sheet.fills.1 + 1);
        let xf = format!(
            "<{p}xf numFmtId=\"0\" fontId=\"0\" fillId=\"{fill}\" borderId=\"0\" xfId=\"0\" applyFill=\"1\" \
             applyAlignment=\"1\"><{p}alignment vertical=\"top\" wrapText=\"1\"/></{p}xf>"
        );
        let first = sheet.formats.len();
        let at = self.added.iter().position(|one| *one == xf).unwrap_or_else(|| {
            self.added.push(xf);
            self.added.len() - 1
        });
        Some(first + at)
    }

    /// The style `base` with the ground of rows that were set aside.
    pub fn aside(&mut self, base: usize) -> Option<usize> {
        if let Some(known) = self.coloured.get(&base) {
            return Some(*known);
        }
        let sheet = self.xml.as_ref()?;
        let format = sheet.formats.get(base)?;
        let xf = match format.empty {
            true => format.tag.clone(),
            false => format!("{}{}</{}xf>", format.tag, &sheet.text[format.within.clone()], sheet.prefix),
        };
        self.added.push(xf);
        let at = sheet.formats.len() + self.added.len() - 1;
        self.coloured.insert(base, at);
        Some(at)
    }

    /// The file anew, when something was added.
    pub fn written(&self) -> Option<String> {
        let sheet = self.xml.as_ref().filter(|_| !self.added.is_empty())?;
        let p = &sheet.prefix;
        let fill = |colour: &str| {
            format!(
                "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"{colour}\"/>\
                 <{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
            )
        };
        let count = |tag: &str, count: usize| tag.replacen("count=\"\"", &format!("count=\"{count}\""), 1);
        let mut splices: Splices = vec![
            (sheet.fills_tag.0.clone(), count(&sheet.fills_tag.1, sheet.fills.1 + 2)),
            (sheet.fills.0..sheet.fills.0, fill(ASIDE) + &fill(MESSAGE)),
            (
                sheet.formats_tag.0.clone(),
                count(&sheet.formats_tag.1, sheet.formats.len() + self.added.len()),
            ),
            (sheet.formats_end..sheet.formats_end, self.added.concat()),
        ];
        splices.sort_by_key(|(range, _)| range.start);
        Some(spliced(&sheet.text, &splices))
    }
}

impl Sheet {
    fn read(text: String) -> anyhow::Result<Option<Self>> {
        let (mut within, mut fills, mut prefix) = ("", 0usize, String::new());
        let (mut fills_tag, mut formats_tag, mut fills_end, mut formats_end) = (None, None, None, None);
        let mut formats: Vec<(Format, bool)> = Vec::new();
        walk(&text, |tag| match (tag.name, tag.start.is_some()) {
            ("fills", true) if !tag.empty => {
                (within, prefix) = ("fills", tag.prefix.to_owned());
                fills_tag = Some((tag.range.clone(), tag.with(&[("count", Some(""))])));
            }
            ("fills", false) => (within, fills_end) = ("", Some(tag.range.start)),
            ("fill", true) if within == "fills" => fills += 1,
            ("cellXfs", true) if !tag.empty => {
                within = "cellXfs";
                formats_tag = Some((tag.range.clone(), tag.with(&[("count", Some(""))])));
            }
            ("cellXfs", false) => (within, formats_end) = ("", Some(tag.range.start)),
            ("xf", true) if within == "cellXfs" => {
                let coloured = tag.with(&[("fillId", Some("\u{1}")), ("applyFill", Some("1"))]);
                let within = tag.range.end..tag.range.end;
                formats.push((Format { tag: coloured, within, empty: tag.empty }, tag.empty));
            }
            ("xf", false) if within == "cellXfs" => {
                if let Some((open, closed)) = formats.last_mut().filter(|(_, closed)| !closed) {
                    (open.within.end, *closed) = (tag.range.start, true);
                }
            }
            _ => {}
        })?;
        let (Some(fills_tag), Some(formats_tag), Some(fills_end), Some(formats_end)) =
            (fills_tag, formats_tag, fills_end, formats_end)
        else {
            return Ok(None);
        };
        let ground = fills.to_string();
        let formats = formats
            .into_iter()
            .map(|(format, _)| Format { tag: format.tag.replacen('\u{1}', &ground, 1), ..format });
        let formats = formats.collect();
        Ok(Some(Self {
            text,
            prefix,
            fills: (fills_end, fills),
            fills_tag,
            formats_tag,
            formats_end,
            formats,
        }))
    }
}
