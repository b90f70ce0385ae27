//! An upload as it comes in → a file of its own without a name: a slow caller holds no memory, and nothing is
//! left behind however the hub ends. The limit is held while the bytes come.

use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::super::refusal::Refusal;
use super::super::turned_away as no;
use super::options::{self, Said};
use super::words;

/// Longest pause between two pieces of an upload.
const PAUSE: Duration = Duration::from_secs(30);
/// Longest form field beside the file.
const LONGEST_FIELD: usize = 1024;

/// An upload, whole.
pub(super) struct Spooled {
    file: std::fs::File,
    bytes: u64,
    pub name: Option<String>,
    /// Media type it was sent with.
    pub media_type: Option<String>,
}

impl Spooled {
    /// All its bytes.
    pub fn read(mut self) -> std::io::Result<Vec<u8>> {
        self.file.rewind()?;
        let mut bytes = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or(0));
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Where uploads go, and how large they may be.
pub(super) struct Place<'a> {
    pub dir: &'a Path,
    pub limit: u64,
}

/// The file of a request: its body, or the one file of a form. Form fields add to what is `said`.
pub(super) async fn receive(
    request: Request,
    place: &Place<'_>,
    said: &mut Said,
) -> Result<Spooled, Refusal> {
    let headers = request.headers();
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(no::wrong_content_encoding());
    }
    let declared = request.body().size_hint().lower();
    if declared > place.limit {
        return Err(words::too_large(place.limit));
    }
    let essence = essence(headers);
    let spooled = match essence.as_deref() {
        Some("multipart/form-data") => form(request, place, said).await?,
        Some(other) if words::TAKEN.contains(&other) => {
            let name = options::disposed_name(headers);
            let media_type = Some(other.to_owned());
            Spooled { media_type, ..body(request.into_body(), place, name).await? }
        }
        _ => return Err(words::wrong_media_type()),
    };
    match spooled.bytes {
        0 => Err(words::empty()),
        _ => Ok(spooled),
    }
}

fn essence(headers: &HeaderMap) -> Option<String> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok().map(essence_of)
}

/// The media type without its parameters.
fn essence_of(value: &str) -> String {
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .chars()
        .take(100)
        .collect::<String>()
        .to_ascii_lowercase()
}

async fn body(body: Body, place: &Place<'_>, name: Option<String>) -> Result<Spooled, Refusal> {
    let mut spooled = open(place, name)?;
    let mut pieces = body.into_data_stream();
    loop {
        match timeout(PAUSE, pieces.next()).await.map_err(|_| no::body_too_slow())? {
            None => return Ok(spooled),
            Some(Err(_)) => return Err(no::body_broken()),
            Some(Ok(piece)) => put(&mut spooled, place, &piece)?,
        }
    }
}

async fn form(request: Request, place: &Place<'_>, said: &mut Said) -> Result<Spooled, Refusal> {
    let mut form =
        Multipart::from_request(request, &()).await.map_err(|_| words::malformed_form("no boundary"))?;
    let mut file: Option<Spooled> = None;
    while let Some(mut field) = waited(form.next_field()).await? {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_none() && name != "file" {
            let mut text = Vec::new();
            while let Some(piece) = waited(field.chunk()).await? {
                text.extend_from_slice(&piece);
                if text.len() > LONGEST_FIELD {
                    return Err(words::malformed_form("a field beside the file is too long"));
                }
            }
            let text = String::from_utf8(text).map_err(|_| words::malformed_form("a field is not UTF-8"))?;
            said.put(&name, &text).map_err(|fault| Refusal::new(StatusCode::BAD_REQUEST, fault))?;
            continue;
        }
        if file.is_some() {
            return Err(words::malformed_form("more than one file; send one at a time"));
        }
        let named = field.file_name().map(options::file_name);
        let media_type = field.content_type().map(essence_of);
        let mut spooled = Spooled { media_type, ..open(place, named)? };
        while let Some(piece) = waited(field.chunk()).await? {
            put(&mut spooled, place, &piece)?;
        }
        file = Some(spooled);
    }
    file.ok_or_else(|| words::malformed_form("no file: send it as the field `file`"))
}

async fn waited<T>(part: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Refusal> {
    let part = timeout(PAUSE, part).await.map_err(|_| no::body_too_slow())?;
    part.map_err(|error| words::malformed_form(&error.body_text()))
}

fn open(place: &Place<'_>, name: Option<String>) -> Result<Spooled, Refusal> {
    let file = tempfile::tempfile_in(place.dir).map_err(|error| words::no_room(&error))?;
    Ok(Spooled { file, bytes: 0, name, media_type: None })
}

/// Adds a piece. Pieces are small and go to the system's cache, so nobody waits for a disk here.
fn put(spooled: &mut Spooled, place: &Place<'_>, piece: &Bytes) -> Result<(), Refusal> {
    spooled.bytes += piece.len() as u64;
    if spooled.bytes > place.limit {
        return Err(words::too_large(place.limit));
    }
    spooled.file.write_all(piece).map_err(|error| words::no_room(&error))
}
