//! Inputs made from a seed, for readers, cleaners, the mapping of rows, and requests. What they return does not matter, that
//! they return does.

mod cells;
mod chance;
mod documents;
mod files;
mod requests;

use std::sync::LazyLock;

use chrono::NaiveDate;
use lienthong::ingest::clean::numbers::{Wanted, number, whole};
use lienthong::ingest::clean::{dates, identifiers, masked, names, notes, stars};
use lienthong::ingest::place::Places;
use lienthong::ingest::read::{Limits, legacy, read};
use lienthong::ingest::register::{Registers, Words};
use lienthong::ingest::{Input, Options, fold, groups, read_and_map};

use chance::Chance;

/// One run: a seed in, nothing out.
pub type Target = fn(u64);

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    match name {
        "readers" => Some(readers),
        "cleaners" => Some(cleaners),
        "rows" => Some(rows),
        "http" => Some(requests::http),
        "documents" => Some(documents::documents),
        "cursors" => Some(documents::cursors),
        _ => None,
    }
}

static SHELF: LazyLock<(Registers, Places)> =
    LazyLock::new(|| (Registers::read(None).expect("the registers"), Places::load()));

/// Little is allowed, so that runs are short and the limits are met often.
fn limits() -> Limits {
    Limits { file_bytes: 4 << 20, unpacked_bytes: 32 << 20, ratio: 200, cells: 200_000, columns: 256 }
}

/// Any bytes, and files of every format with something wrong, through the reader.
pub fn readers(seed: u64) {
    let mut chance = Chance::new(seed);
    let bytes = files::bytes(&mut chance);
    match read(&bytes, &limits()) {
        Ok(book) => {
            let cells: usize = book.sheets.iter().flat_map(|s| &s.rows).map(|r| r.cells.len()).sum();
            assert!(cells <= limits().cells, "seed {seed}: {cells} cells");
            for row in book.sheets.iter().flat_map(|s| &s.rows) {
                let text: serde_json::Value = serde_json::from_str(&row.json_text()).expect("JSON");
                let own = row.json();
                assert_eq!(text.as_array().map(Vec::len), own.as_array().map(Vec::len), "seed {seed}");
            }
        }
        Err(fault) => assert!(!fault.code.is_empty() && !fault.vi.is_empty()),
    }
}

/// Any cell through every cleaner.
pub fn cleaners(seed: u64) {
    let mut chance = Chance::new(seed);
    let words = Words {
        former: vec!["trước đây là".into(), "tên cũ".into()],
        revoked: vec!["thu hồi".into()],
        stopped: vec!["đã dừng".into()],
        ..Words::default()
    };
    for _ in 0..50 {
        let cell = cells::cell(&mut chance);
        let text = cell.text();
        if let Ok(Some(when)) = dates::when(&cell, chance.one_in(2)) {
            assert!(when.year.is_none_or(|y| (1900..2200).contains(&y)), "seed {seed}: {when:?}");
            let _ = when.latest();
        }
        let _ = (dates::mentioned(&text), dates::years(&text), dates::plain_years(&text));
        let _ = dates::years_after(&text, &["công nhận".to_owned()]);
        let unit = cells::text(&mut chance);
        for wanted in [Wanted::Whole, Wanted::Measure, Wanted::Money, Wanted::Hectares] {
            let _ = number(&cell, wanted, Some(&unit));
        }
        let _ = (whole(&cell), stars::stars(&cell), names::name(&cell), identifiers::decision(&cell));
        let _ = (
            identifiers::phone(&cell),
            identifiers::is_phone(&text),
            identifiers::lost_its_zero(&cell, &text),
        );
        if let Ok(Some(code)) = identifiers::tax_code(&cell) {
            assert!(matches!(code.len(), 10 | 12 | 14), "seed {seed}: {code}");
        }
        let _ = (notes::former_names(&text, &words), notes::revoked(&text, &words));
        let _ = (notes::stopped_year(&text, &words), masked(&text), legacy::repair(&text));
        let day = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day");
        let _ = groups::find(&text, day, None);
        let tidy = fold::tidy(&text);
        assert_eq!(fold::tidy(&tidy), tidy, "seed {seed}: {text:?}");
        let _ = (fold::flat(&text), fold::tone(&text));
        let places = &SHELF.1;
        let _ = (places.split_suffix("40", &text), places.split_address(&text), places.is_place("40", &text));
    }
}

/// Sheets with the headings of registers and any rows below, through recognition and mapping.
pub fn rows(seed: u64) {
    let mut chance = Chance::new(seed);
    let (registers, places) = &*SHELF;
    let sheet = cells::sheet(&mut chance, registers);
    let bytes = files::written(&mut chance, &sheet);
    let input = Input { name: cells::text(&mut chance), bytes };
    let today = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
    let options = Options { province: Some("40".into()), ..Options::default() };
    if let Ok((_, staged)) = read_and_map(registers, places, &input, &options, today) {
        let counts = staged.counts;
        let sum = counts.accepted + counts.unchanged + counts.quarantined + counts.duplicate;
        assert_eq!(counts.read, sum, "seed {seed}");
        assert_eq!(
            staged.rows.iter().filter(|r| r.outcome.is_some()).count(),
            counts.read as usize,
            "seed {seed}"
        );
    }
}
