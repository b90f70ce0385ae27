//! How well matching does on organisations of our own making: three registers, written as offices write, with
//! what is true beside them. The first world is the one the weights were looked at with; the second one has
//! other names, another province, other hands and another layout, and was not.

mod chance;
mod world;
mod write;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use chance::Chance;
use serde_json::Value;
use world::{Organisation, Style, organisations};
use write::{Hand, Row, row};

const HAND: Hand = Hand {
    forms: 0,
    long: true,
    now: false,
    capitals: 6,
    unmarked: 3,
    decomposed: 5,
    slips: 3,
    glued: 4,
    no_code: 15,
    no_phone: 20,
    late: 50,
};

/// Where a world's files lie.
struct Files {
    registers: Vec<PathBuf>,
    labels: Option<PathBuf>,
    province: &'static str,
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Rows of an office on those organisations it knows.
fn rows(
    all: &[Organisation],
    hand: &Hand,
    knows: impl Fn(&Organisation, &mut Chance) -> bool,
    seed: u64,
) -> Vec<Row> {
    let mut chance = Chance::new(seed);
    let mut rows: Vec<Row> = Vec::new();
    for one in all {
        if knows(one, &mut chance) {
            rows.push(row(one, hand, &mut chance));
        }
    }
    chance.shuffle(&mut rows);
    rows
}

fn line(cells: &[&str], separator: char) -> String {
    let quoted = |c: &&str| {
        if c.contains([separator, '"', '\n']) {
            format!("\"{}\"", c.replace('"', "\"\""))
        } else {
            (*c).to_owned()
        }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(&separator.to_string()) + "\n"
}

/// Comma-separated files, and a file of labels by file and row.
fn first_world() -> Files {
    let style = Style { seed: 11, province: "49", words: 0, organisations: 420 };
    let all = organisations(&style);
    let folder = folder("world-1");
    let mut labels = String::from("file,row,entity_id\n");
    let mut write = |name: &str, heading: &[&str], rows: Vec<(usize, Vec<String>)>| {
        let mut text = line(heading, ',');
        for (at, (truth, cells)) in rows.iter().enumerate() {
            let number = (at + 1).to_string();
            let cells: Vec<&str> =
                std::iter::once(number.as_str()).chain(cells.iter().map(String::as_str)).collect();
            text += &line(&cells, ',');
            writeln!(labels, "{name},{},e{truth}", at + 2).unwrap();
        }
        std::fs::write(folder.join(name), text).unwrap();
        folder.join(name)
    };
    let agriculture = rows(&all, &HAND, |o, c| matches!(o.form, "HTX" | "THT") && c.percent(90), 1);
    let agriculture = agriculture.into_iter().map(|r| {
        (
            r.truth,
            vec![r.name, r.code, r.head, r.phone, r.commune, r.district, "2019".into(), "12".into(), r.note],
        )
    });
    let heading = [
        "STT",
        "Tên HTX",
        "MST",
        "Người đại diện",
        "Điện thoại",
        "Xã/phường/thị trấn",
        "Huyện/thị xã/TP",
        "Ngày thành lập",
        "Số thành viên",
        "Ghi chú",
    ];
    let one = write("HTX THT nông nghiệp.csv", &heading, agriculture.collect());
    let hand = Hand { forms: 1, long: false, now: true, glued: 0, unmarked: 2, ..HAND };
    // Without codes, it cannot hold two of one name in one commune.
    let rural = rows(&all, &hand, |o, c| c.percent(75) && !o.second, 2);
    let products = ["Trà sen", "Mật ong", "Gạo sạch"];
    let rural = rural.into_iter().flat_map(|r| {
        let of = move |n: usize| {
            let r = r.clone();
            let product = format!("{} {}", products[n], r.truth);
            (
                r.truth,
                vec![
                    product,
                    r.name,
                    r.commune,
                    r.district,
                    r.phone,
                    "4 sao".into(),
                    "12/QĐ-UBND".into(),
                    "15/3/2023".into(),
                    r.note,
                ],
            )
        };
        (0..1 + rand_of(&of(0).1[1])).map(of).collect::<Vec<_>>()
    });
    let heading = [
        "STT",
        "Tên sản phẩm",
        "Tên chủ thể",
        "Xã/phường/thị trấn",
        "Huyện/thị xã/TP",
        "Điện thoại",
        "Hạng sao",
        "Số Quyết định",
        "Ngày Quyết định",
        "Ghi chú",
    ];
    let two = write("OCOP được công nhận.csv", &heading, rural.collect());
    let hand = Hand { forms: 1, capitals: 25, long: false, slips: 4, unmarked: 5, late: 70, ..HAND };
    let trade = rows(&all, &hand, |_, c| c.percent(70), 3);
    let trade = trade.into_iter().map(|r| {
        (r.truth, vec![r.name, r.code, r.head, r.phone, r.commune, r.district, "2024".into(), r.note])
    });
    let heading = [
        "STT",
        "Cơ sở CNNT",
        "MST",
        "Chủ cơ sở CNNT",
        "Điện thoại",
        "Xã/phường/thị trấn",
        "Huyện/thị xã/TP",
        "Kỳ bình chọn",
        "Ghi chú",
    ];
    let three = write("Bình chọn SP tiêu biểu.csv", &heading, trade.collect());
    std::fs::write(folder.join("labels.csv"), labels).unwrap();
    Files { registers: vec![one, two, three], labels: Some(folder.join("labels.csv")), province: "49" }
}

/// One, two or three products, always the same for a name.
fn rand_of(name: &str) -> usize {
    name.len() % 3
}

/// Tab-separated and JSON files with a column of truth, columns in another order.
fn second_world() -> Files {
    let style = Style { seed: 2027, province: "87", words: 1, organisations: 420 };
    let all = organisations(&style);
    let folder = folder("world-2");
    let hand =
        Hand { forms: 1, long: false, capitals: 12, unmarked: 6, slips: 5, glued: 8, late: 60, ..HAND };
    let mut text = line(
        &[
            "Mã thực thể",
            "Tên hợp tác xã, tổ hợp tác",
            "Xã, phường",
            "Huyện, thành phố",
            "SĐT liên hệ",
            "Mã số thuế",
            "Họ tên Giám đốc/Chủ hộ",
            "Vốn điều lệ (triệu đồng)",
            "Tổng số thành viên (người)",
            "Ghi chú",
        ],
        '\t',
    );
    for r in rows(&all, &hand, |o, c| matches!(o.form, "HTX" | "THT") && c.percent(85), 4) {
        let truth = format!("SV-{}", r.truth);
        text += &line(
            &[&truth, &r.name, &r.commune, &r.district, &r.phone, &r.code, &r.head, "500", "31", &r.note],
            '\t',
        );
    }
    std::fs::write(folder.join("danh-sach-htx.tsv"), text).unwrap();
    let hand = Hand {
        forms: 0,
        now: true,
        decomposed: 12,
        unmarked: 4,
        slips: 4,
        glued: 0,
        no_code: 30,
        late: 20,
        ..HAND
    };
    let mut text = line(
        &[
            "Sản phẩm",
            "Phân hạng",
            "Chủ thể",
            "MST",
            "Xã",
            "Huyện",
            "QĐ công nhận",
            "Năm công nhận",
            "Ghi chú",
            "Mã thực thể",
        ],
        ';',
    );
    for r in rows(&all, &hand, |_, c| c.percent(80), 5) {
        let truth = format!("SV-{}", r.truth);
        for n in 0..1 + rand_of(&r.name) {
            let product = format!("Bánh {} {n}", r.truth);
            text += &line(
                &[
                    &product,
                    "3 sao",
                    &r.name,
                    &r.code,
                    &r.commune,
                    &r.district,
                    "77/QĐ-UBND",
                    "2022",
                    &r.note,
                    &truth,
                ],
                ';',
            );
        }
    }
    std::fs::write(folder.join("ocop.csv"), text).unwrap();
    let hand = Hand {
        forms: 2,
        capitals: 30,
        slips: 6,
        unmarked: 8,
        glued: 10,
        no_code: 40,
        now: true,
        late: 80,
        ..HAND
    };
    let trade = rows(&all, &hand, |_, c| c.percent(65), 6).into_iter().map(|r| {
        serde_json::json!({"Kỳ bình chọn": "2025", "Cơ sở công nghiệp nông thôn": r.name, "Xã": r.commune, "Huyện": r.district,
            "SĐT": r.phone, "Mã số thuế": r.code, "Ghi chú": r.note, "Mã thực thể": format!("SV-{}", r.truth)})
    });
    let json = serde_json::to_string_pretty(&trade.collect::<Vec<Value>>()).unwrap();
    std::fs::write(folder.join("binh-chon.json"), json).unwrap();
    let names = ["danh-sach-htx.tsv", "ocop.csv", "binh-chon.json"];
    Files { registers: names.map(|n| folder.join(n)).to_vec(), labels: None, province: "87" }
}

fn evaluate(files: &Files, more: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lienthong"));
    command.args(["match", "evaluate", "--json", "--province", files.province, "--as-of", "2025-11-15"]);
    command
        .arg("--registers")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/matching/registers"));
    command.args(&files.registers).args(more);
    if let Some(labels) = &files.labels {
        command.arg("--labels").arg(labels);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn holds(report: &Value) {
    let of = |path: &str| report.pointer(path).and_then(Value::as_f64).unwrap();
    assert!(
        report["trueEntities"].as_u64().unwrap() >= 300 && report["files"].as_array().unwrap().len() == 3
    );
    let figures = serde_json::to_string_pretty(report).unwrap();
    assert!(of("/all/precision") >= 0.995 && of("/acrossFiles/precision") >= 0.995, "{figures}");
    assert!(of("/all/recallWithReview") >= 0.90 && of("/acrossFiles/recallWithReview") >= 0.90, "{figures}");
    assert!(of("/reviewShare") <= 0.05, "{figures}");
    assert!(of("/pairCompleteness") >= 0.97, "{figures}");
}

#[test]
fn the_first_world_is_matched_well() {
    holds(&evaluate(&first_world(), &[]));
}

#[test]
fn so_is_one_that_nothing_was_tuned_on() {
    holds(&evaluate(&second_world(), &[]));
}

#[test]
fn neither_the_order_of_files_nor_of_rows_matters() {
    let figures = |mut report: Value| {
        let report = report.as_object_mut().unwrap();
        ["files", "milliseconds", "shown"].iter().for_each(|k| drop(report.remove(*k)));
        serde_json::to_string(report).unwrap()
    };
    let mut files = second_world();
    let expected = figures(evaluate(&files, &[]));
    files.registers.reverse();
    assert_eq!(figures(evaluate(&files, &[])), expected);
    let turned = folder("world-2-turned").join("danh-sach-htx.tsv");
    let text = std::fs::read_to_string(&files.registers[2]).unwrap();
    let (heading, rows) = text.split_once('\n').unwrap();
    let turned_rows = rows.lines().rev().collect::<Vec<_>>().join("\n");
    std::fs::write(&turned, format!("{heading}\n{turned_rows}\n")).unwrap();
    files.registers[2] = turned;
    assert_eq!(figures(evaluate(&files, &[])), expected);
}
