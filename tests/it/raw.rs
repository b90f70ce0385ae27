//! Requests as bytes: the cases under `tests/cases/hostile`, sent over sockets of their own. What the files may say
//! stands in the README beside them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Nothing came for so long: nothing will. Behind an answer less is enough.
const SILENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_secs(2);

/// A request, and what must come of it.
pub struct Case {
    pub file: String,
    pub name: String,
    /// Alternatives; each is answers, one behind the other.
    pub expected: Vec<Vec<String>>,
    pieces: Vec<Piece>,
}

enum Piece {
    Bytes(Vec<u8>),
    Wait(Duration),
    /// The caller says no more.
    End,
}

/// An answer: its status, and the code of its first error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub code: String,
}

/// All cases.
pub fn cases() -> Vec<Case> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/hostile");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "http"));
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        cases.extend(format!("\n{text}").split("\n### ").skip(1).map(|case| Case::read(&file, case)));
    }
    cases
}

impl Case {
    fn read(file: &str, text: &str) -> Self {
        let (name, rest) = text.split_once('\n').expect("a case");
        let (expected, rest) = rest.split_once('\n').expect("a request");
        let expected = expected.strip_prefix("> ").unwrap_or_else(|| panic!("{name}: no expectation"));
        let alternatives = expected.split(" | ");
        let expected =
            alternatives.map(|one| one.split(", ").map(|a| a.trim().to_owned()).collect()).collect();
        let (bare, request) = match rest.strip_prefix("! bare\n") {
            Some(request) => (true, request),
            None => (false, rest),
        };
        let request = request.trim_end_matches('\n');
        let pieces = if bare { bare_pieces(request) } else { whole_pieces(request) };
        Self { file: file.to_owned(), name: name.trim().to_owned(), expected, pieces }
    }

    /// These bytes, of which nothing is expected.
    pub fn of(bytes: &[u8]) -> Self {
        let pieces = vec![Piece::Bytes(bytes.to_vec())];
        Self { file: String::new(), name: String::new(), expected: vec![], pieces }
    }

    /// Sends it; the answers that came, none where the connection was closed without one.
    pub async fn send(&self, to: SocketAddr) -> Result<Vec<Answer>, String> {
        let stream = TcpStream::connect(to).await.map_err(|error| error.to_string())?;
        let (mut from_hub, mut to_hub) = stream.into_split();
        let sending = async {
            for piece in &self.pieces {
                match piece {
                    Piece::Wait(pause) => sleep(*pause).await,
                    // The hub may have answered, and closed, before it had all.
                    Piece::Bytes(bytes) if to_hub.write_all(bytes).await.is_err() => return,
                    Piece::Bytes(_) => {}
                    Piece::End => drop(to_hub.shutdown().await),
                }
            }
        };
        let mut heard = Vec::new();
        let hearing = async {
            let mut buffer = vec![0; 64 << 10];
            loop {
                let patience = if heard.is_empty() { SILENCE } else { PAUSE };
                match timeout(patience, from_hub.read(&mut buffer)).await {
                    Err(_) => return Err(()),
                    Ok(Ok(length @ 1..)) => heard.extend_from_slice(&buffer[..length]),
                    Ok(_) => return Ok(()),
                }
            }
        };
        tokio::pin!(sending);
        let ended = tokio::select! {
            ended = hearing => ended,
            () = async { sending.await; std::future::pending().await } => unreachable!(),
        };
        let answers = answers(&heard);
        match ended {
            Err(()) if answers.is_empty() => Err("the hub keeps the connection and says nothing".to_owned()),
            _ => Ok(answers),
        }
    }

    /// Why what came is not what must come.
    pub fn differs(&self, came: &Result<Vec<Answer>, String>) -> Option<String> {
        let fits = |expected: &Vec<String>, answers: &Vec<Answer>| {
            if expected.as_slice() == ["closed"] {
                return answers.is_empty();
            }
            expected.len() == answers.len()
                && expected.iter().zip(answers).all(|(one, answer)| answer.is(one))
        };
        match came {
            Ok(answers) if self.expected.iter().any(|expected| fits(expected, answers)) => None,
            came => Some(format!("{}: {}: {came:?}, expected {:?}", self.file, self.name, self.expected)),
        }
    }
}

impl Answer {
    /// `404`, or `404 NOT_FOUND`.
    fn is(&self, expected: &str) -> bool {
        let (status, code) = expected.split_once(' ').unwrap_or((expected, ""));
        self.status.to_string() == status && (code.is_empty() || self.code == code)
    }
}

/// As it stands, save the ends of lines in the head; where the text ends in something made, nothing is added.
fn bare_pieces(request: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    match request.split_once("\n\n") {
        None if request.ends_with('⟧') => expand(&request.replace('\n', "\r\n"), &mut pieces),
        None => expand(&format!("{}\r\n\r\n", request.replace('\n', "\r\n")), &mut pieces),
        Some((head, body)) => {
            expand(&format!("{}\r\n\r\n", head.replace('\n', "\r\n")), &mut pieces);
            expand(body, &mut pieces);
        }
    }
    pieces
}

/// With the headers that every decent request has.
fn whole_pieces(request: &str) -> Vec<Piece> {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut content = Vec::new();
    expand(body, &mut content);
    let length: usize =
        content.iter().map(|piece| if let Piece::Bytes(bytes) = piece { bytes.len() } else { 0 }).sum();
    let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
    let has = |name: &str| headers.lines().any(|line| line.to_lowercase().starts_with(name));
    let mut added = String::new();
    for (name, value) in [("Host", "localhost"), ("Connection", "close")] {
        if !has(&format!("{}:", name.to_lowercase())) {
            added += &format!("{name}: {value}\n");
        }
    }
    if length > 0 {
        added += &format!("Content-Length: {length}\n");
    }
    let head = format!("{line}\n{added}{headers}\n").trim_end_matches('\n').replace('\n', "\r\n");
    let mut pieces = Vec::new();
    expand(&format!("{head}\r\n\r\n"), &mut pieces);
    pieces.extend(content);
    pieces
}

/// What is written, with what is to be made made.
fn expand(text: &str, pieces: &mut Vec<Piece>) {
    let Some((before, rest)) = text.split_once('⟦') else { return add(text.as_bytes(), pieces) };
    add(before.as_bytes(), pieces);
    let mut depth = 1;
    let end = rest.char_indices().find(|(_, c)| {
        depth += match c {
            '⟦' => 1,
            '⟧' => -1,
            _ => 0,
        };
        depth == 0
    });
    let (made, behind) = rest.split_at(end.expect("a bracket that closes").0);
    let (word, what) = made.split_once(' ').unwrap_or((made, ""));
    match (word, what.strip_prefix("× ")) {
        (times, Some(what)) => {
            let mut once = Vec::new();
            expand(what, &mut once);
            let [Piece::Bytes(once)] = once.as_slice() else { panic!("{made}") };
            add(&once.repeat(times.parse().unwrap()), pieces);
        }
        ("hex", None) => {
            let bytes = what.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap());
            add(&bytes.collect::<Vec<_>>(), pieces);
        }
        ("wait", None) => pieces.push(Piece::Wait(Duration::from_millis(what.parse().unwrap()))),
        ("crlf", None) => add(b"\r\n", pieces),
        ("end", None) => pieces.push(Piece::End),
        _ => panic!("{made}"),
    }
    expand(&behind['⟧'.len_utf8()..], pieces);
}

fn add(bytes: &[u8], pieces: &mut Vec<Piece>) {
    match pieces.last_mut() {
        _ if bytes.is_empty() => {}
        Some(Piece::Bytes(before)) => before.extend_from_slice(bytes),
        _ => pieces.push(Piece::Bytes(bytes.to_vec())),
    }
}

/// The answers in what came over a connection.
fn answers(mut heard: &[u8]) -> Vec<Answer> {
    let mut answers = Vec::new();
    while let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&heard[..end]).to_lowercase();
        let status: u16 = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default();
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let rest = &heard[end + 4..];
        let (body, behind) = match header("content-length:").and_then(|length| length.parse().ok()) {
            Some(length) => rest.split_at(usize::min(length, rest.len())),
            None if header("transfer-encoding:").is_some() => {
                match rest.windows(5).position(|five| five == b"0\r\n\r\n") {
                    Some(end) => rest.split_at(end + 5),
                    None => (rest, &b""[..]),
                }
            }
            None => (&b""[..], rest),
        };
        heard = behind;
        if status != 100 {
            let told: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
            let code = told["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
            answers.push(Answer { status, code });
        }
    }
    answers
}
