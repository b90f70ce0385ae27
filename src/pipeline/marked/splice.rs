//! Changes to a text by place, and walks over the tags of XML that tell places: what is not changed stays to
//! the byte.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Text in the place of a range of another; ranges come in order and do not overlap.
pub(super) type Splices = Vec<(Range<usize>, String)>;

/// The text with its changes.
pub(super) fn spliced(text: &str, splices: &Splices) -> String {
    let added: usize = splices.iter().map(|(_, new)| new.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut at = 0;
    for (range, new) in splices {
        out.push_str(&text[at..range.start]);
        out.push_str(new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// A tag, and where it stands.
pub(super) struct Tag<'a> {
    /// Name without prefix.
    pub name: &'a str,
    /// Prefix with its colon; empty when there is none.
    pub prefix: &'a str,
    /// Where.
    pub range: Range<usize>,
    /// The opening tag's attributes; none of a closing one.
    pub start: Option<&'a BytesStart<'a>>,
    /// `<a/>`
    pub empty: bool,
}

impl Tag<'_> {
    /// An attribute's value, entities resolved.
    pub fn value(&self, name: &str) -> Option<String> {
        let found = self.start?.attributes().flatten().find(|one| one.key.local_name().as_ref() == name)?;
        Some(quick_xml::escape::unescape(&found.value).ok()?.into_owned())
    }

    /// The tag anew, with some attributes set (or left out, for none).
    pub fn with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut out = format!("<{}{}", self.prefix, self.name);
        for attribute in self.start.into_iter().flat_map(|start| start.attributes().flatten()) {
            if !changes.iter().any(|(name, _)| attribute.key.as_ref() == *name) {
                out.push_str(&format!(
                    " {}=\"{}\"",
                    attribute.key.as_ref(),
                    attribute.value.replace('"', "&quot;")
                ));
            }
        }
        for (name, value) in changes {
            if let Some(value) = value {
                out.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        out.push_str(if self.empty { "/>" } else { ">" });
        out
    }
}

/// Calls `see` for each tag.
pub(super) fn walk(text: &str, mut see: impl FnMut(&Tag<'_>)) -> anyhow::Result<()> {
    let mut reader = Reader::from_str(text);
    let mut before = 0;
    loop {
        let event = reader.read_event()?;
        let after = usize::try_from(reader.buffer_position())?;
        let range = before..after;
        before = after;
        match &event {
            Event::Eof => return Ok(()),
            Event::Start(start) | Event::Empty(start) => {
                let whole = start.name();
                let (prefix, name) = parted(whole.as_ref());
                let empty = matches!(event, Event::Empty(_));
                see(&Tag { name, prefix, range, start: Some(start), empty });
            }
            Event::End(end) => {
                let whole = end.name();
                let (prefix, name) = parted(whole.as_ref());
                see(&Tag { name, prefix, range, start: None, empty: false });
            }
            _ => {}
        }
    }
}

fn parted(name: &str) -> (&str, &str) {
    name.split_at(name.find(':').map_or(0, |at| at + 1))
}
