//! Sources on the network as the operator's file declares them; pure. Headers may hold passwords and are
//! never shown.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::error::Fault;
use crate::ingest::register::{Mode, Registers};

/// Vietnam is seven hours ahead, all year.
const AHEAD: TimeDelta = TimeDelta::hours(7);
/// First wait after a failure; it doubles with each further one.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
/// Longest wait after failures.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

/// Moments without a zone, as systems here write them: what is asked for is written as it came.
const MOMENTS: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%H:%M:%S %d/%m/%Y",
    "%H:%M %d/%m/%Y",
];
/// Days, likewise.
const DAYS: &[&str] = &["%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y"];

/// What a text means and the form it is in; a year has four digits.
fn written<T: Datelike>(
    text: &str,
    forms: &'static [&'static str],
    parse: impl Fn(&str, &str) -> chrono::ParseResult<T>,
) -> Option<(T, &'static str)> {
    let found = forms.iter().find_map(|form| Some((parse(text.trim(), form).ok()?, *form)));
    found.filter(|(at, _)| at.year() >= 1000)
}

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Source>,
}

/// One source.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Name, for the command line and the log.
    pub name: String,
    /// Where.
    pub url: String,
    /// Register it is, when it is not to be recognised.
    pub register: Option<String>,
    /// Province whose office sends it.
    pub province: Option<String>,
    /// Name of the file that comes; without one the last part of the URL.
    pub file_name: Option<String>,
    /// Every so many minutes.
    pub every_minutes: Option<u32>,
    /// Once a day at this time in Vietnam: `02:30`.
    pub daily_at: Option<NaiveTime>,
    /// Whether it is applied at once; else it waits for a person.
    #[serde(default = "yes")]
    pub apply: bool,
    /// Headers of each request.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The list comes in pages.
    pub pages: Option<Pages>,
    /// Only what is new is asked for.
    pub watermark: Option<Watermark>,
    /// Largest answer, all pages together.
    #[serde(default = "mebibytes")]
    pub max_mebibytes: u32,
    /// Longest silence of the other side, seconds.
    #[serde(default = "seconds")]
    pub timeout_seconds: u32,
}

fn yes() -> bool {
    true
}

fn mebibytes() -> u32 {
    64
}

fn seconds() -> u32 {
    30
}

/// How a list comes in pages of JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// Path of the items in each answer, dotted; without one the longest list nearest to the root.
    pub items: Option<String>,
    /// Path of the next page's address, dotted, or `link` for the header `Link: <…>; rel="next"`.
    pub next: Option<String>,
    /// Parameter that counts pages or items, in the place of `next`.
    pub parameter: Option<String>,
    /// Its first value.
    #[serde(default)]
    pub first: u64,
    /// What it grows by; without a value by the items that came (an offset).
    pub step: Option<u64>,
    /// Pages at most.
    #[serde(default = "pages")]
    pub most: u32,
}

fn pages() -> u32 {
    1000
}

/// What was the newest, so that only what follows is asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watermark {
    /// Parameter of the request.
    pub parameter: String,
    /// Path in an item: a day or a moment.
    pub field: String,
    /// So much of what was seen is asked for again, for what was entered late.
    #[serde(default)]
    pub overlap_minutes: u32,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The sources of a file's text; `file` is for messages.
pub fn read(file: &str, text: &str, registers: &Registers) -> Result<Vec<Source>, Fault> {
    let parsed: Result<File, _> = toml::from_str(text);
    let sources = parsed.map_err(|error| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        invalid(file, line, error.message())
    })?;
    let mut names: Vec<&str> = Vec::new();
    for source in &sources.source {
        let at = text.find(&format!("\"{}\"", source.name)).unwrap_or(0);
        let line = 1 + text[..at].matches('\n').count();
        let wrong = |what: &str| Err(invalid(file, line, &format!("source {}: {what}", source.name)));
        if source.name.is_empty() || names.contains(&source.name.as_str()) {
            return wrong("a name of its own is expected");
        }
        names.push(&source.name);
        let url = reqwest::Url::parse(&source.url).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            return wrong("url: an http or https address is expected");
        }
        if source.every_minutes.is_some() && source.daily_at.is_some() {
            return wrong("either every_minutes or daily_at");
        }
        if source.every_minutes == Some(0) {
            return wrong("every_minutes: 1 or more is expected");
        }
        let register = source.register.as_deref().and_then(|code| registers.get(code));
        if let (Some(code), None) = (&source.register, register) {
            return wrong(&format!("there is no register {code}"));
        }
        if let Some(pages) = &source.pages
            && pages.next.is_some() == pages.parameter.is_some()
        {
            return wrong("pages: either next or parameter");
        }
        let adds_up = register.is_some_and(|register| register.model.mode == Mode::Append);
        if source.watermark.is_some() && !adds_up {
            return wrong(
                "a watermark asks for a part only: the register must be named and have mode append",
            );
        }
    }
    Ok(sources.source)
}

fn invalid(file: &str, line: usize, what: &str) -> Fault {
    Fault::new(
        "SOURCES_FILE_INVALID",
        format!("{file}, line {line}: {what}"),
        format!("{file}, dòng {line}: nội dung không hợp lệ ({what})"),
    )
}

impl Source {
    /// When it is due after a success at `now`; none: only by hand.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if let Some(minutes) = self.every_minutes {
            return Some(now + TimeDelta::minutes(minutes.into()));
        }
        let time = self.daily_at?;
        let here = (now + AHEAD).naive_utc();
        let today = here.date().and_time(time);
        let next = if today > here { today } else { today + TimeDelta::days(1) };
        Some(next.and_utc() - AHEAD)
    }

    /// When it is tried again after `failures` in a row: twice as long each time, never sooner than the other
    /// side asks for.
    pub fn again_after(&self, now: DateTime<Utc>, failures: u32, asked: Option<Duration>) -> DateTime<Utc> {
        let doubled = FIRST_WAIT * 2i32.pow(failures.saturating_sub(1).min(20));
        let asked = asked.and_then(|wait| TimeDelta::from_std(wait).ok()).unwrap_or_default();
        now + doubled.min(LONGEST_WAIT).max(asked.min(LONGEST_WAIT))
    }

    /// The value of the watermark's parameter, `overlap` before the newest that was seen.
    pub fn since(watermark: &Watermark, newest: &str) -> String {
        let overlap = TimeDelta::minutes(watermark.overlap_minutes.into());
        if let Ok(moment) = newest.parse::<DateTime<Utc>>() {
            return (moment - overlap).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        }
        if let Some((moment, form)) = written(newest, MOMENTS, NaiveDateTime::parse_from_str) {
            return (moment - overlap).format(form).to_string();
        }
        if let Some((day, form)) = written(newest, DAYS, NaiveDate::parse_from_str) {
            // A day is not over before its end: it is asked for again.
            let days = overlap.num_days().max(i64::from(watermark.overlap_minutes > 0));
            return (day - TimeDelta::days(days)).format(form).to_string();
        }
        newest.to_owned()
    }

    /// The moment that a value of the watermark means; one without a zone is of Vietnam, a day its beginning.
    pub fn moment(text: &str) -> Option<DateTime<Utc>> {
        let here = |moment: NaiveDateTime| moment.and_utc() - AHEAD;
        let day =
            || written(text, DAYS, NaiveDate::parse_from_str).map(|(day, _)| day.and_time(NaiveTime::MIN));
        let naive = || written(text, MOMENTS, NaiveDateTime::parse_from_str).map(|(moment, _)| moment);
        text.parse::<DateTime<Utc>>().ok().or_else(|| naive().or_else(day).map(here))
    }

    /// Name of the file that comes.
    pub fn file(&self) -> String {
        let of_url = || {
            let path = self.url.split(['?', '#']).next().unwrap_or_default();
            path.rsplit('/').next().filter(|last| !last.is_empty() && !last.contains(':')).map(str::to_owned)
        };
        let name = self.file_name.clone().or_else(of_url).unwrap_or_else(|| "list".to_owned());
        format!("{}/{name}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(more: &str) -> Result<Vec<Source>, Fault> {
        let text = format!("[[source]]\nname = \"a\"\nurl = \"https://office.example/list.json\"\n{more}");
        let catalog = crate::catalog::load_embedded().expect("a catalog");
        read("sources.toml", &text, &Registers::load(&catalog, None).expect("registers"))
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        for (more, words) in [
            (
                "every_minutes = 5\ndaily_at = \"02:30:00\"",
                "line 2: source a: either every_minutes or daily_at",
            ),
            ("register = \"nothing\"", "there is no register nothing"),
            ("nothing = 1", "line 4: unknown field"),
            ("[source.pages]\nitems = \"x\"", "either next or parameter"),
            (
                "[source.watermark]\nparameter = \"since\"\nfield = \"updatedAt\"",
                "must be named and have mode append",
            ),
            ("[[source]]\nname = \"b\"\nurl = \"file:///etc/passwd\"", "an http or https address"),
            ("[[source]]\nname = \"a\"\nurl = \"http://a.example\"", "a name of its own"),
        ] {
            let fault = source(more).expect_err(more);
            assert!(fault.en.contains(words), "{more}: {}", fault.en);
        }
        assert!(!format!("{:?}", source("[source.headers]\nAuthorization = \"secret\"")).contains("secret"));
    }

    #[test]
    fn it_is_due_by_its_schedule_and_later_after_failures() {
        let now: DateTime<Utc> = "2025-09-30T20:00:00Z".parse().expect("a moment");
        let at = |more: &str| source(more).expect(more)[0].next_after(now).map(|at| at.to_rfc3339());
        assert_eq!(at(""), None);
        assert_eq!(at("every_minutes = 90").as_deref(), Some("2025-09-30T21:30:00+00:00"));
        // 20:00 UTC is 03:00 of the next day in Vietnam.
        assert_eq!(at("daily_at = \"02:30:00\"").as_deref(), Some("2025-10-01T19:30:00+00:00"));
        assert_eq!(at("daily_at = \"04:00:00\"").as_deref(), Some("2025-09-30T21:00:00+00:00"));
        let plain = &source("").expect("a source")[0];
        let waits: Vec<i64> =
            (1..=10).map(|n| (plain.again_after(now, n, None) - now).num_minutes()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        let asked = plain.again_after(now, 1, Some(Duration::from_secs(600)));
        assert_eq!((asked - now).num_minutes(), 10);
    }

    #[test]
    fn the_watermark_overlaps() {
        let watermark =
            |minutes| Watermark { parameter: "since".into(), field: "at".into(), overlap_minutes: minutes };
        for (newest, minutes, since) in [
            ("2025-09-30T20:00:00+07:00", 60, "2025-09-30T12:00:00Z"),
            ("2025-09-30", 0, "2025-09-30"),
            ("2025-09-30", 60, "2025-09-29"),
            ("30/09/2025", 60, "29/09/2025"),
            ("2025-01-28T08:00:00", 60, "2025-01-28T07:00:00"),
            ("2025-01-28T08:00:00.250", 60, "2025-01-28T07:00:00.250"),
            ("2025-01-28 00:30", 60, "2025-01-27 23:30"),
            ("28/01/2025 08:00", 60, "28/01/2025 07:00"),
            ("28/01/2025 08:00:05", 0, "28/01/2025 08:00:05"),
            ("08:00 28/01/2025", 60, "07:00 28/01/2025"),
            ("1234", 60, "1234"),
        ] {
            assert_eq!(Source::since(&watermark(minutes), newest), since);
        }
    }
}
