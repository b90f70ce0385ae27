//! References and truths over rows made by hand.

use super::labels::{Labels, read};
use super::load::{File, Loaded, Row};
use super::refs::Counting;
use super::truth::{of_column, of_labels};

/// Two files of three rows below a heading in line 1; the second has a column with the truth.
fn loaded() -> Loaded {
    let file = |name: &str, register: &str| File {
        name: name.into(),
        register: register.into(),
        sheets: vec!["S".into()],
        spare: ["entity_id".to_owned()].into(),
    };
    let row = |file: usize, nth: i32| Row {
        file,
        sheet: "S".into(),
        no: nth + 1,
        nth,
        cells: vec![
            ("STT".into(), nth.to_string()),
            ("Mã".into(), format!("{}{nth}", ["A", "B"][file])),
            ("entity_id".into(), format!("e{nth}")),
        ],
        records: vec![],
    };
    Loaded {
        files: vec![file("province/HTX 2024.xlsx", "first"), file("province/ocop.csv", "second")],
        rows: (0..2).flat_map(|f| (1..4).map(move |n| row(f, n))).collect(),
        records: vec![],
    }
}

fn rows(text: &str, counting: Option<Counting>) -> Result<Vec<usize>, &'static str> {
    let labels = read(text.as_bytes(), &[]).map_err(|f| f.code)?;
    of_labels(&loaded(), labels, counting).map(|t| t.rows).map_err(|f| f.code)
}

#[test]
fn finds_rows_by_file_and_number_or_by_an_id() {
    for text in [
        "file,row,entity\nHTX 2024.xlsx,2,x\nocop.csv,4,x\n",
        "file,row,entity\nHTX 2024,2,x\nocop,4,x\n",
        "register,sheet,row,entity\nfirst,S,2,x\nsecond,S,4,x\n",
        "file,row,entity\nocop,3,x\nHTX 2024,1,x\n",
        "file,row,entity\nocop,2,x\nHTX 2024,0,x\n",
        "id,entity\nA1,x\nB3,x\n",
        "record,entity\nHTX 2024.xlsx:S:2,x\nocop.csv:S:4,x\n",
        "record,entity\nprovince/ocop.csv#4,x\nprovince/HTX 2024.xlsx#2,x\n",
        "register,id,entity\nfirst,A1,x\nsecond,b3,x\n",
        "left,right,same\nA1,B3,1\n",
        r#"{"x": ["A1", "B3"]}"#,
    ] {
        assert_eq!(rows(text, None), Ok(vec![0, 5]), "{text}");
    }
}

#[test]
fn what_cannot_be_found_is_a_fault() {
    assert_eq!(rows("file,row,entity\nnone.csv,2,x\n", None), Err("LABEL_FILE_UNKNOWN"));
    assert_eq!(rows("file,row,entity\nocop.csv,9,x\n", None), Err("LABEL_RECORD_UNKNOWN"));
    assert_eq!(rows("row,entity\n2,x\n", None), Err("LABEL_RECORD_UNKNOWN"));
    assert_eq!(rows("id,entity\nC1,x\n", None), Err("LABEL_RECORD_UNKNOWN"));
    assert_eq!(rows("file,row,entity\nocop,1,x\n", Some(Counting::File)), Err("LABEL_RECORD_UNKNOWN"));
}

#[test]
fn a_column_of_the_registers_may_hold_the_truth() {
    let truth = of_column(&loaded(), None).expect("a truth");
    assert_eq!((truth.rows.len(), truth.thing), (6, vec![0, 1, 2, 0, 1, 2]));
    assert_eq!(of_column(&loaded(), Some("Mã")).expect("a truth").thing, [0, 1, 2, 3, 4, 5]);
    assert_eq!(of_column(&loaded(), Some("none")).err().map(|f| f.code), Some("TRUTH_COLUMN_MISSING"));
}

#[test]
fn pairs_without_any_that_differs_say_everything() {
    let of = |text: &str| {
        of_labels(&loaded(), read(text.as_bytes(), &[]).expect("labels"), None).expect("a truth")
    };
    assert!(of("left,right,same\nA1,B1,1\nB1,A2,1\n").pairs.is_none());
    assert_eq!(of("left,right,same\nA1,B1,1\nB1,A2,1\n").thing, [0, 0, 0]);
    let known = of("left,right,same\nA1,B1,1\nB2,A2,0\nA3,B3,?\n");
    assert_eq!((known.pairs.map(|p| p.len()), known.skipped), (Some(2), 1));
    assert!(matches!(read(b"left,right\nA1,B1\n", &[]), Ok(Labels::Pairs(_))));
}

#[test]
fn labels_that_contradict_each_other_are_a_fault() {
    assert_eq!(rows("id,entity\nA1,x\nB1,x\nA1,y\n", None), Err("LABELS_CONTRADICT"));
    assert_eq!(rows("left,right,same\nA1,B1,1\nB1,A1,0\n", None), Err("LABELS_CONTRADICT"));
    let of = |text: &str| {
        of_labels(&loaded(), read(text.as_bytes(), &[]).expect("labels"), None).expect("a truth")
    };
    assert_eq!(of("id,entity\nA1,x\nB1,x\nA1,x\n").repeated, 1);
    let known = of("left,right,same\nA1,B1,1\nB1,A1,1\nB1,A2,1\nA1,A2,0\n");
    assert_eq!((known.repeated, known.contradicted), (1, 1));
}
