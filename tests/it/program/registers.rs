//! A file of a province nobody knows: drafted, checked, refused where the register file is wrong.

use std::path::PathBuf;

use super::{Place, Seen, tells};

fn office_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/examples/kinh_te_tap_the.xlsx")
}

fn run(place: &Place, arguments: &[&str]) -> Seen {
    place.start_plain(arguments).end()
}

#[test]
fn a_draft_is_written_once_and_reads_the_file_it_was_made_for() {
    let place = Place::new();
    let file = office_file();
    let file = file.to_str().unwrap();
    let drafted = run(&place, &["register", "suggest", file, "--out", "draft.toml"]);
    assert_eq!(drafted.code, Some(0), "{}", drafted.err);
    assert!(drafted.out.contains("It resembles register cooperatives"), "{}", drafted.out);
    let draft = std::fs::read_to_string(place.path("draft.toml")).unwrap();
    let again = run(&place, &["register", "suggest", file, "--out", "draft.toml"]);
    assert_eq!(again.code, Some(1));
    assert!(tells(&again.err, "FILE_EXISTS"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(place.path("draft.toml")).unwrap(), draft);

    let checked = run(&place, &["register", "check", "draft.toml", file, "--rows", "40"]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    assert!(checked.out.contains("32 rows read = 30 accepted"), "{}", checked.out);
    // No phone, no tax code, no person's name is shown in full by either.
    for text in [&drafted.out, &draft, &checked.out] {
        assert!(!text.contains("0900000") && !text.contains("Phạm Đức"), "{text}");
        let digits = |c: char| c.is_ascii_digit();
        let long = text.split(|c| !digits(c)).find(|run| run.len() >= 10 && run.starts_with("99"));
        assert_eq!(long, None);
    }
    // Without a database.
    assert!(!place.path("data").exists());
}

#[test]
fn a_file_of_which_no_row_is_read_is_not_good() {
    let place = Place::new();
    place.write("own.toml", b"extends = \"cooperatives\"\n[column.members]\nheaders = [\"Xa vien\"]\n");
    let head = "Tỉnh Nghệ An\nTT,Tên HTX,Xã,Huyện,Xa vien,Ngày thành lập,Phân loại\n";
    place.write("none.csv", head.as_bytes());
    place.write("one.csv", format!("{head}1,HTX Một,Xã Nam Anh,Nam Đàn,12,2010,Tốt\n").as_bytes());
    let none = run(&place, &["register", "check", "own.toml", "none.csv"]);
    assert_eq!(none.code, Some(1), "{}", none.out);
    assert!(tells(&none.err, "NO_ROWS_READ") && none.out.contains("0 rows read"), "{}", none.err);
    let one = run(&place, &["register", "check", "own.toml", "one.csv"]);
    assert_eq!(one.code, Some(0), "{}", one.err);
}

#[test]
fn mistakes_are_named_with_line_key_and_nearest_name_by_check_and_by_serve() {
    let place = Place::new();
    std::fs::create_dir(place.path("own")).unwrap();
    let text = "extends = \"cooperatives\"\n\n[column.members]\nheader = [\"Xã viên\"]\n\n[vocabulary.rating]\n\
                GOD = [\"xuất sắc\"]\n";
    place.write("own/a.toml", text.as_bytes());
    let form = run(&place, &["register", "check", "own/a.toml"]);
    assert_eq!(form.code, Some(1));
    for part in ["a.toml, line 4, column.members.header", "nearest: \"headers\"", "dòng 4"] {
        assert!(form.err.contains(part), "{part}: {}", form.err);
    }
    place.write("own/a.toml", text.replace("header =", "headers =").as_bytes());
    let meant = run(&place, &["register", "check", "own/a.toml"]);
    let served = place.run("serve", &["--registers", "own", "--listen", "127.0.0.1:0"]);
    place.write("lienthong.toml", b"registers = \"own\"\n");
    let listed = run(&place, &["register", "list"]);
    for seen in [meant, served, listed] {
        assert_eq!(seen.code, Some(1), "{}", seen.out);
        assert!(tells(&seen.err, "REGISTER_INVALID"), "{}", seen.err);
        for part in ["a.toml, line 7, vocabulary.rating.GOD", "nearest: \"GOOD\""] {
            assert!(seen.err.contains(part), "{part}: {}", seen.err);
        }
    }
    assert!(!place.path("data").exists(), "a mistake shows before a database is made");
}

#[test]
fn an_extension_joins_the_registers_that_ship() {
    let place = Place::new();
    std::fs::create_dir(place.path("own")).unwrap();
    place.write("own/a.toml", b"extends = \"cooperatives\"\n[column.members]\nheaders = [\"Xa vien\"]\n");
    let plain = run(&place, &["register", "list"]);
    let joined = run(&place, &["register", "list", "--registers", "own"]);
    assert_eq!((plain.code, joined.code), (Some(0), Some(0)), "{}", joined.err);
    assert_eq!(plain.out.lines().count(), joined.out.lines().count(), "nothing was replaced");
    assert!(plain.out.contains("built in") && joined.out.contains("a.toml"), "{}", joined.out);
    let shown = run(&place, &["register", "show", "cooperatives"]);
    assert!(shown.out.contains("code = \"cooperatives\""), "{}", shown.out);
    assert!(tells(&run(&place, &["register", "show", "nothing"]).err, "REGISTER_UNKNOWN"));
    assert_eq!(run(&place, &["register", "check"]).code, Some(2));
}
