//! Cells and sheets from a seed: what clerks write, pieces of it, and what nobody writes.

use chrono::NaiveDate;
use lienthong::ingest::cell::Cell;
use lienthong::ingest::register::Registers;

use super::chance::Chance;

const PIECES: &[&str] = &[
    "1,6 tỷ",
    "850 triệu",
    "gần",
    "khoảng",
    "13.000",
    " lượt",
    "115,5k",
    "1 tỷ 600 triệu",
    "(1.000)",
    "-",
    "–",
    "%",
    "15/3/2023",
    "30/2/2018",
    "00/00/0000",
    "31/12/9999",
    "ngày 15 tháng 3 năm 2023",
    "quý II/2024",
    "T9/2023",
    "tháng chạp",
    "Mar 15, 2023",
    "2023-03-15T23:59:59Z",
    "45000",
    "2567",
    "năm ",
    "4 sao",
    "****",
    "⭐⭐⭐",
    "☆★",
    "Bốn sao",
    "IV sao",
    "tiềm năng 5 sao",
    "0100233488",
    "100233488",
    "0314409058-001",
    "1.23E+11",
    "MST: ",
    "+84 900 000 001",
    "0900.000.001",
    "HTX ",
    "Cty TNHH ",
    "Hộ ",
    "Huyện Nam Đàn",
    "Xã Nam Anh",
    "TP. Vinh",
    " (cũ)",
    "Khu vực ",
    "trước đây là ",
    "tên cũ: ",
    "thu hồi ",
    "đã dừng từ năm ",
    "932/QĐ-UBND",
    "QĐ ",
    "#REF!",
    "#N/A",
    "I.",
    "A.",
    "Tổng cộng",
    "Ghi chú",
    "x",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\u{301}",
    "\u{323}",
    "\u{0}",
    "\n",
    "\t",
    "\r",
    "\"",
    "'",
    ",",
    ";",
    "|",
    ".",
    "/",
    "(",
    ")",
    "{",
    "}",
    "\\",
    "🌾",
    "İ",
    "ß",
    "ﬁ",
    "𝟜",
    "٣",
    "０",
    "Ǆ",
    "ẞ",
    "\u{10ffff}",
    "Hîp t¸c x·",
    "Hôïp taùc xaõ",
    "đ",
    "Đ",
    "ð",
    "999999999999999999999999",
    "0.0000000000000000000000001",
    "1e308",
    "m2",
    "ha",
    "triệu đồng",
    "ĐVT: ",
    "tỉnh Nghệ An",
    "tính đến ngày ",
    "E+",
    "e",
    "=",
    "=SUM(A1)",
];

/// A text: pieces in a row, whole or cut, or any characters.
pub fn text(chance: &mut Chance) -> String {
    let mut out = String::new();
    for _ in 0..chance.below(5) {
        match chance.below(8) {
            0 => out.extend(char::from_u32(chance.below(0x3000) as u32)),
            1 => out.extend(char::from_u32(chance.below(0x11_0000) as u32)),
            2 => out.push_str(&chance.next().to_string()[..1 + chance.below(6)]),
            3 => {
                let piece = chance.pick::<&str>(PIECES);
                let keep = chance.below(piece.chars().count() + 1);
                out.extend(piece.chars().take(keep));
            }
            _ => out.push_str(chance.pick::<&str>(PIECES)),
        }
    }
    if chance.one_in(200) {
        out = out.repeat(1 + chance.below(300));
    }
    out
}

/// A cell of any kind.
pub fn cell(chance: &mut Chance) -> Cell {
    match chance.below(12) {
        0 => Cell::Number(f64::from_bits(chance.next())),
        1 => Cell::Number(chance.below(100_000) as f64),
        2 => Cell::Number(chance.next() as f64 / 1e6),
        3 => Cell::Bool(chance.one_in(2)),
        4 => Cell::Error(text(chance)),
        5 => {
            let days = chance.below(4_000_000) as i32;
            NaiveDate::from_num_days_from_ce_opt(days).map_or(Cell::Empty, |d| Cell::Date(d.into()))
        }
        6 => Cell::Empty,
        _ => Cell::Text(text(chance)),
    }
}

/// A sheet as texts: maybe titles, headings of a register with some left out or put in, any rows.
pub fn sheet(chance: &mut Chance, registers: &Registers) -> Vec<Vec<String>> {
    let register = chance.pick(registers.all());
    let mut headings: Vec<String> = Vec::new();
    for column in register.model.column.values() {
        if !column.headers.is_empty() && !chance.one_in(8) {
            headings.push(chance.pick(&column.headers).clone());
        }
    }
    if chance.one_in(3) {
        headings.push(text(chance));
    }
    let mut out: Vec<Vec<String>> = (0..chance.below(4)).map(|_| vec![text(chance)]).collect();
    out.push(headings.clone());
    for _ in 0..chance.below(30) {
        match chance.below(12) {
            0 => out.push(headings.clone()),
            1 => out.push(vec![text(chance), text(chance)]),
            2 => out.extend(out.last().cloned()),
            _ => out.push(headings.iter().map(|_| value(chance)).collect()),
        }
    }
    out
}

fn value(chance: &mut Chance) -> String {
    match chance.below(6) {
        0 => String::new(),
        1 => format!("HTX Số {}", chance.below(9)),
        2 => chance.below(3000).to_string(),
        3 => format!("{}/{}/{}", chance.below(33), chance.below(14), 1990 + chance.below(40)),
        _ => text(chance),
    }
}
