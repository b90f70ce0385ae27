//! Files as offices keep them, made from numbers alone: the same size gives the same bytes. Names are
//! invented; communes and districts are the official ones.

const UNITS: &str = include_str!("../../schema/reference/admin/communes_until_2025-06-30.csv");
const DISTRICTS: &str = include_str!("../../schema/reference/admin/districts_until_2025-06-30.csv");
/// Statistical code of the province whose office "sends" the files, and its name.
const PROVINCE: (&str, &str) = ("40", "Nghệ An");

const WORDS: [&str; 24] = [
    "An", "Bình", "Thành", "Hưng", "Lộc", "Phú", "Sơn", "Tâm", "Đức", "Ngọc", "Quế", "Vạn", "Xuân", "Hạ",
    "Thu", "Đông", "Kim", "Mộc", "Thủy", "Hỏa", "Thổ", "Minh", "Khánh", "Lam",
];
const ACTIVITIES: [&str; 6] = [
    "Trồng trọt",
    "Chăn nuôi",
    "Dịch vụ nông nghiệp tổng hợp",
    "Nuôi trồng thủy sản",
    "Lâm nghiệp",
    "Chế biến nông sản",
];
const CHANNELS: [(&str, &str); 4] = [
    ("Shopee", "Sàn TMĐT"),
    ("Postmart.vn", "Sàn TMĐT"),
    ("Siêu thị Sông Lam", "Siêu thị"),
    ("Vỏ Sò", "Sàn TMĐT"),
];

/// A file of `rows` data rows.
pub fn file(kind: &str, rows: usize) -> Vec<u8> {
    match kind {
        "cooperatives.csv" => csv(&table(rows, COOPERATIVES, cooperative, 17)),
        "listings.csv" => csv(&table(rows, LISTINGS, listing, 15)),
        "cooperatives.xlsx" => super::xlsx::workbook(&table(rows, COOPERATIVES, cooperative, 20)),
        kind => panic!("no such kind of file: {kind}"),
    }
}

const COOPERATIVES: [&str; 20] = [
    "STT",
    "Tên HTX",
    "MST",
    "Người đại diện",
    "Điện thoại",
    "Thôn/Khối phố",
    "Xã/phường/thị trấn",
    "Huyện/thị xã/TP",
    "Ngày thành lập",
    "Số thành viên",
    "Vốn điều lệ (triệu đồng)",
    "Lĩnh vực hoạt động",
    "Diện tích SX (ha)",
    "Xếp loại",
    "Ghi chú",
    "ID_cu",
    "Tỉnh",
    "Loại hình",
    "Địa chỉ",
    "Màu nắp",
];
const LISTINGS: [&str; 15] = [
    "ma",
    "Tên sản phẩm",
    "Tên chủ thể",
    "Xã/phường/thị trấn",
    "Huyện/thị xã/TP",
    "Kênh bán",
    "Loại kênh",
    "Ngày lên kệ",
    "Ngày gỡ",
    "Giá bán",
    "ĐVT",
    "Link",
    "Hạng sao",
    "Tình trạng",
    "Ngày cập nhật",
];

/// A cell of a generated file.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
}

/// A row's cells from its number and the communes.
type Maker = fn(usize, &[(String, String)]) -> Vec<Value>;

fn table<const N: usize>(rows: usize, headings: [&str; N], row: Maker, width: usize) -> Vec<Vec<Value>> {
    let places = places();
    let title = format!("TỈNH {} - tính đến ngày 31/12/2025", PROVINCE.1.to_uppercase());
    let mut out = vec![vec![text(title)], headings[..width].iter().map(|h| text(*h)).collect()];
    out.extend((0..rows).map(|i| row(i, &places)[..width].to_vec()));
    out
}

/// Communes of the province with their districts.
fn places() -> Vec<(String, String)> {
    let field = |line: &str, at: usize| line.split(',').nth(at).unwrap_or_default().to_owned();
    let districts: Vec<(String, String)> = DISTRICTS.lines().map(|l| (field(l, 0), field(l, 1))).collect();
    let within = UNITS.lines().filter(|l| field(l, 4) == PROVINCE.0);
    let name = |code: &str| districts.iter().find(|(c, _)| c == code).map(|(_, n)| n.clone());
    within.filter_map(|l| Some((field(l, 1), name(&field(l, 3))?))).collect()
}

fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

/// A number that looks drawn by chance and is the same in every run.
fn mixed(i: usize, salt: usize) -> usize {
    let mut x =
        (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (salt as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 32)) as usize
}

fn word(i: usize, salt: usize) -> &'static str {
    WORDS[mixed(i, salt) % WORDS.len()]
}

fn day(i: usize, salt: usize) -> String {
    let n = mixed(i, salt);
    format!("{:02}/{:02}/{}", n % 28 + 1, n / 28 % 12 + 1, 2005 + n / 400 % 20)
}

/// Ten digits that no office issues (99…), with the right check digit.
fn tax_code(i: usize) -> String {
    let weights = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    (0..100)
        .map(|n| format!("99{:07}", (i * 7 + n) % 10_000_000))
        .find_map(|nine| {
            let sum: u32 = nine.bytes().map(|b| u32::from(b - b'0')).zip(weights).map(|(d, w)| d * w).sum();
            (!sum.is_multiple_of(11) && 10 - sum % 11 < 10).then(|| format!("{nine}{}", 10 - sum % 11))
        })
        .unwrap_or_default()
}

fn cooperative(i: usize, places: &[(String, String)]) -> Vec<Value> {
    let (commune, district) = &places[mixed(i, 1) % places.len()];
    let name = format!("HTX {} {} {} {i}", ["NN", "Dịch vụ", "SX TM"][i % 3], word(i, 2), word(i, 3));
    vec![
        Value::Number((i + 1) as f64),
        text(name),
        text(tax_code(i)),
        text(format!("Nguyễn {} {}", word(i, 4), word(i, 5))),
        text(format!("09{:02} {:03} {:03}", i / 1_000_000, i / 1000 % 1000, i % 1000)),
        text(format!("Thôn {}", i % 12 + 1)),
        text(commune.clone()),
        text(district.clone()),
        text(day(i, 6)),
        Value::Number((7 + mixed(i, 7) % 400) as f64),
        Value::Number((100 + mixed(i, 8) % 9000) as f64),
        text(ACTIVITIES[mixed(i, 9) % ACTIVITIES.len()]),
        text(format!("{},{}", mixed(i, 10) % 300, mixed(i, 11) % 10)),
        text(["Tốt", "Khá", "TB", "Yếu"][mixed(i, 12) % 4]),
        text(if i.is_multiple_of(17) { "Trước đây là HTX Cũ" } else { "" }),
        text(format!("NA-{i:06}")),
        text(PROVINCE.1),
        text("HTX"),
        text(""),
        text(word(i, 13)),
    ]
}

fn listing(i: usize, places: &[(String, String)]) -> Vec<Value> {
    let (commune, district) = &places[mixed(i, 21) % places.len()];
    let (channel, kind) = CHANNELS[mixed(i, 22) % CHANNELS.len()];
    vec![
        text(format!("NY-{i:06}")),
        text(format!("Trà {} {} {}", word(i, 23), word(i, 24), i / 4)),
        text(format!("Cơ sở {} {}", word(i / 4, 25), word(i / 4, 26))),
        text(commune.clone()),
        text(district.clone()),
        text(channel),
        text(kind),
        text(day(i, 27)),
        text(""),
        text(format!("{}.000 đồng", 20 + mixed(i, 28) % 400)),
        text("hộp"),
        text(format!("https://vi-du.vn/sp/{i}")),
        text(["3 sao", "4 sao", "***", ""][mixed(i, 29) % 4]),
        text("Đang bán"),
        text(day(i, 30)),
    ]
}

fn csv(rows: &[Vec<Value>]) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        let fields = row.iter().map(|v| match v {
            Value::Text(text) => text.clone(),
            Value::Number(n) => n.to_string(),
        });
        out.write_record(fields).expect("a row");
    }
    out.into_inner().expect("the file")
}
