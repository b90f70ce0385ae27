//! A label file → references and truths: records with the thing each is of, or pairs that are one or not.

use std::collections::BTreeMap;

use super::refs::Ref;
use super::spread;
use super::words::{Part, Side, paired, single, verdict};
use crate::error::Fault;
use crate::ingest::fold::flat;
use crate::ingest::read::{self, Limits};

/// What a label file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Labels {
    /// Records with their thing.
    Clusters(Vec<(Ref, String)>),
    /// Two records and whether they are one; `None`: not sure.
    Pairs(Vec<(Ref, Ref, Option<bool>)>),
}

/// A table of texts; each row with its line.
pub(super) struct Table {
    /// None, where they stand among the rows.
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<(i32, Vec<String>)>,
}

/// Reads a label file; `columns` says which heading holds what: `part=heading` or `left.part=heading`.
pub(super) fn read(bytes: &[u8], columns: &[(String, String)]) -> Result<Labels, Fault> {
    let text = String::from_utf8_lossy(bytes);
    let json = text.trim_start_matches('\u{feff}').trim_start();
    let tables = match json.starts_with(['{', '[']) {
        true => vec![spread::of_json(json)?],
        false => of_sheets(bytes)?,
    };
    let mut seen = Vec::new();
    for table in &tables {
        for (at, headings) in candidates(table) {
            if let Some(labels) = understood(table, at, &headings, columns)? {
                return Ok(labels);
            }
            seen.push(headings.join(", "));
        }
    }
    Err(not_understood(seen.first().map(String::as_str).unwrap_or_default()))
}

fn of_sheets(bytes: &[u8]) -> Result<Vec<Table>, Fault> {
    let book = read::read(bytes, &Limits::default())?;
    let table = |sheet: crate::ingest::cell::Sheet| {
        let texts = |row: crate::ingest::cell::Row| {
            (row.no, row.cells.iter().map(|c| c.text().trim().to_owned()).collect())
        };
        Table { headings: Vec::new(), rows: sheet.rows.into_iter().map(texts).collect() }
    };
    Ok(book.sheets.into_iter().map(table).collect())
}

/// Headings a table may have: its own, or one of its first rows; with how many rows stand before the data.
fn candidates(table: &Table) -> Vec<(usize, Vec<String>)> {
    match table.headings.is_empty() {
        false => vec![(0, table.headings.clone())],
        true => table.rows.iter().take(20).enumerate().map(|(at, (_, row))| (at + 1, row.clone())).collect(),
    }
}

type Columns = BTreeMap<(Option<bool>, Part), usize>;

fn understood(
    table: &Table,
    skip: usize,
    headings: &[String],
    given: &[(String, String)],
) -> Result<Option<Labels>, Fault> {
    let rows = &table.rows[skip.min(table.rows.len())..];
    let pairs =
        columns(headings, given, |h| paired(h).map(|(side, part)| (side.map(|s| s == Side::Left), part)));
    let has =
        |side| pairs.contains_key(&(Some(side), Part::Row)) || pairs.contains_key(&(Some(side), Part::Id));
    if has(true) && has(false) {
        let mut pairs = pairs;
        if !pairs.contains_key(&(None, Part::Value)) {
            let found = verdict_column(headings, rows, &pairs)?;
            pairs.extend(found.map(|at| ((None, Part::Value), at)));
        }
        return pairs_of(rows, &pairs).map(Some);
    }
    let mut single = columns(headings, given, |h| single(h).map(|part| (None, part)));
    if single.contains_key(&(None, Part::Row)) && !single.contains_key(&(None, Part::Value)) {
        // Beside a row, an id is the thing's.
        let id = single.remove(&(None, Part::Id));
        single.extend(id.map(|at| ((None, Part::Value), at)));
    }
    let refers = single.contains_key(&(None, Part::Row)) || single.contains_key(&(None, Part::Id));
    let Some(value) = single.get(&(None, Part::Value)).filter(|_| refers) else { return Ok(None) };
    let mut list = Vec::new();
    for (line, row) in rows.iter().filter(|(_, row)| row.get(*value).is_some_and(|v| !v.is_empty())) {
        let one = reference(row, &single, None, *line)?;
        list.extend(several(one).into_iter().map(|r| (r, row[*value].clone())));
    }
    Ok(Some(Labels::Clusters(list)))
}

/// A cell that names several records, with "; " or a line's end between them.
fn several(one: Ref) -> Vec<Ref> {
    let Some(text) = one.id.clone().filter(|_| one.row.is_none()) else { return vec![one] };
    let parts =
        text.split('\n').flat_map(|line| line.split("; ")).map(|part| part.trim().trim_end_matches(';'));
    parts.filter(|p| !p.is_empty()).map(|id| Ref { id: Some(id.to_owned()), ..one.clone() }).collect()
}

fn columns(
    headings: &[String],
    given: &[(String, String)],
    means: impl Fn(&str) -> Option<(Option<bool>, Part)>,
) -> Columns {
    let mut out = Columns::new();
    for (what, heading) in given {
        let at = headings.iter().position(|h| flat(h) == flat(heading) && !flat(h).is_empty());
        if let (Some(at), Some(key)) = (at, means(what)) {
            out.insert(key, at);
        }
    }
    for (at, heading) in headings.iter().enumerate().filter(|(_, h)| !h.trim().is_empty()) {
        if let Some(key) = means(heading).filter(|_| !out.values().any(|taken| *taken == at)) {
            out.entry(key).or_insert(at);
        }
    }
    out
}

/// The column of pairs that says whether they are one, under a heading that is not known; one of other numbers
/// is no verdict, and pairs are not taken for one behind its back.
fn verdict_column(
    headings: &[String],
    rows: &[(i32, Vec<String>)],
    known: &Columns,
) -> Result<Option<usize>, Fault> {
    let texts = |at: usize| {
        rows.iter().filter_map(move |(_, row)| row.get(at)).map(|text| text.trim()).filter(|t| !t.is_empty())
    };
    let mut open = (0..headings.len()).filter(|at| !known.values().any(|taken| taken == at));
    let said = |at: &usize| texts(*at).next().is_some() && texts(*at).all(|t| verdict(t).is_some());
    let all: Vec<usize> = open.by_ref().collect();
    let saying: Vec<usize> = all.iter().copied().filter(said).collect();
    let measured = all.iter().copied().find(|at| {
        let number = |t: &str| t.replace(',', ".").trim_end_matches('%').trim().parse::<f64>().is_ok();
        !saying.contains(at) && texts(*at).next().is_some() && texts(*at).all(number)
    });
    match (saying.as_slice(), measured) {
        ([one], None) => Ok(Some(*one)),
        ([], None) => Ok(None),
        (several, measured) => {
            let names = several.iter().copied().chain(measured).map(|at| format!("\"{}\"", headings[at]));
            Err(undecided(&names.collect::<Vec<_>>().join(", ")))
        }
    }
}

fn undecided(headings: &str) -> Fault {
    Fault::new(
        "LABELS_UNDECIDED",
        format!(
            "The label file holds pairs, and it is not clear whether {headings} says which of them are one. Name the \
             column with --columns value=HEADING (1/0, yes/no, same/different); a score is no label. If every pair \
             listed is one, leave such columns out."
        ),
        format!(
            "Tệp nhãn ghi các cặp, nhưng không rõ {headings} có cho biết cặp nào là một hay không. Hãy chỉ định cột bằng \
             --columns value=TIÊU_ĐỀ (1/0, có/không, giống/khác); điểm số không phải là nhãn. Nếu mọi cặp đều là một, \
             hãy bỏ các cột đó."
        ),
    )
}

fn pairs_of(rows: &[(i32, Vec<String>)], columns: &Columns) -> Result<Labels, Fault> {
    let value = columns.get(&(None, Part::Value));
    let mut out = Vec::new();
    for (line, row) in rows.iter().filter(|(_, row)| row.iter().any(|c| !c.is_empty())) {
        // Without a column that says, every pair listed is one.
        let text = value.map_or("1", |at| row.get(*at).map(String::as_str).unwrap_or_default());
        let same = verdict(text).ok_or_else(|| no_verdict(*line, text))?;
        let (left, right) =
            (reference(row, columns, Some(true), *line)?, reference(row, columns, Some(false), *line)?);
        out.push((left, right, same));
    }
    Ok(Labels::Pairs(out))
}

/// The reference of a row; what is said for the pair as a whole holds for both sides.
fn reference(row: &[String], columns: &Columns, side: Option<bool>, line: i32) -> Result<Ref, Fault> {
    let text = |part| {
        let at =
            columns.get(&(side, part)).or_else(|| columns.get(&(None, part)).filter(|_| part < Part::Row));
        at.and_then(|at| row.get(*at)).filter(|t| !t.is_empty()).cloned()
    };
    let number = |text: String| {
        let digits = text.strip_suffix(".0").unwrap_or(&text);
        digits.parse::<i32>().map_err(|_| no_number(line, &text))
    };
    let row = text(Part::Row).map(number).transpose()?;
    Ok(Ref { file: text(Part::File), sheet: text(Part::Sheet), row, id: text(Part::Id), line })
}

fn no_verdict(line: i32, text: &str) -> Fault {
    Fault::new(
        "LABEL_UNKNOWN",
        format!(
            "Labels, line {line}: \"{text}\" says neither same nor different; expected 1/0, yes/no, same/different."
        ),
        format!("Nhãn, dòng {line}: \"{text}\" không phải giống hay khác; cần 1/0, có/không, giống/khác."),
    )
}

fn no_number(line: i32, text: &str) -> Fault {
    Fault::new(
        "LABEL_ROW_UNREADABLE",
        format!("Labels, line {line}: \"{text}\" is no row number."),
        format!("Nhãn, dòng {line}: \"{text}\" không phải số dòng."),
    )
}

pub(super) fn not_understood(seen: &str) -> Fault {
    Fault::new(
        "LABELS_UNREADABLE",
        format!(
            "The label file is not understood (headings: {seen}). Expected either record (file, sheet, row; or an id) \
             and entity, or left, right and same/different. Name other headings with --columns, such as \
             --columns row=\"Dòng\" --columns value=\"Nhóm\"."
        ),
        format!(
            "Không hiểu tệp nhãn (tiêu đề: {seen}). Cần: bản ghi (tệp, trang, dòng; hoặc mã) và thực thể; hoặc trái, \
             phải và giống/khác. Có thể chỉ định tiêu đề bằng --columns, ví dụ --columns row=\"Dòng\" \
             --columns value=\"Nhóm\"."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &str, row: i32) -> Ref {
        Ref { file: Some(file.into()), row: Some(row), ..Ref::default() }
    }

    fn bare(labels: Labels) -> Labels {
        let clear = |r: Ref| Ref { line: 0, ..r };
        match labels {
            Labels::Clusters(list) => {
                Labels::Clusters(list.into_iter().map(|(r, e)| (clear(r), e)).collect())
            }
            Labels::Pairs(list) => {
                Labels::Pairs(list.into_iter().map(|(a, b, s)| (clear(a), clear(b), s)).collect())
            }
        }
    }

    fn reads(text: &str, columns: &[(&str, &str)]) -> Result<Labels, Fault> {
        let columns: Vec<(String, String)> =
            columns.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
        read(text.as_bytes(), &columns).map(bare)
    }

    #[test]
    fn reads_clusters_however_they_are_laid_out() {
        let wanted = Labels::Clusters(vec![(at("a.csv", 2), "e1".into()), (at("b.csv", 7), "e1".into())]);
        for text in [
            "file,row,entity_id\na.csv,2,e1\nb.csv,7,e1\n",
            "Mã thực thể\tTệp\tDòng\ne1\ta.csv\t2\ne1\tb.csv\t7\n",
            "note;cluster;line;register\n;e1;2;a.csv\n;e1;7;b.csv\n",
            "{\"file\":\"a.csv\",\"row\":2,\"entity\":\"e1\"}\n{\"file\":\"b.csv\",\"row\":7,\"entity\":\"e1\"}\n",
            r#"[{"entity":"e1","records":[{"file":"a.csv","row":2},{"file":"b.csv","row":7}]}]"#,
            r#"{"clusters":[{"id":"e1","members":[{"file":"a.csv","row":2},{"file":"b.csv","row":7}]}]}"#,
        ] {
            assert_eq!(reads(text, &[]), Ok(wanted.clone()), "{text}");
        }
        assert_eq!(
            reads("t,z,q\na.csv,2,e1\nb.csv,7,e1\n", &[("file", "t"), ("row", "z"), ("value", "q")]),
            Ok(wanted)
        );
    }

    #[test]
    fn reads_pairs_however_they_are_laid_out() {
        let wanted = Labels::Pairs(vec![
            (at("a.csv", 2), at("b.csv", 7), Some(true)),
            (at("a.csv", 3), at("b.csv", 8), Some(false)),
        ]);
        for text in [
            "left_file,left_row,right_file,right_row,same\na.csv,2,b.csv,7,1\na.csv,3,b.csv,8,0\n",
            "Tệp 1,Dòng 1,Tệp 2,Dòng 2,Kết quả\na.csv,2,b.csv,7,giống\na.csv,3,b.csv,8,khác\n",
            "fileA;rowA;fileB;rowB;ok\na.csv;2;b.csv;7;1\na.csv;3;b.csv;8;0\n",
            "fileA;rowA;fileB;rowB;isMatch\na.csv;2;b.csv;7;true\na.csv;3;b.csv;8;false\n",
            r#"[{"left":{"file":"a.csv","row":2},"right":{"file":"b.csv","row":7},"match":true},
                {"left":{"file":"a.csv","row":3},"right":{"file":"b.csv","row":8},"match":false}]"#,
        ] {
            assert_eq!(reads(text, &[]), Ok(wanted.clone()), "{text}");
        }
    }

    #[test]
    fn one_cell_may_name_several_records() {
        let id = |id: &str| (Ref { id: Some(id.into()), ..Ref::default() }, "e1".to_owned());
        let wanted = Labels::Clusters(vec![id("a.csv:2"), id("b.csv:7")]);
        assert_eq!(reads("cluster,records\ne1,a.csv:2; b.csv:7\n", &[]), Ok(wanted));
    }

    #[test]
    fn groups_without_names_are_numbered() {
        let text = r#"[[{"file":"a.csv","row":2},{"file":"b.csv","row":7}],[{"file":"a.csv","row":3}]]"#;
        let wanted = [(at("a.csv", 2), "#1"), (at("b.csv", 7), "#1"), (at("a.csv", 3), "#2")];
        let wanted = Labels::Clusters(wanted.map(|(r, e)| (r, e.to_owned())).to_vec());
        assert_eq!(reads(text, &[]), Ok(wanted.clone()));
        assert_eq!(reads(&format!("{{\"clusters\":{text}}}"), &[]), Ok(wanted));
        let pairs = r#"[["a","b",true],["a","c",false]]"#;
        assert!(matches!(reads(pairs, &[]), Ok(Labels::Pairs(_))));
    }

    #[test]
    fn what_is_not_understood_is_a_fault() {
        let code = |text: &str| reads(text, &[]).map(drop).map_err(|f| f.code);
        assert_eq!(code("tên,điện thoại\nx,1\n"), Err("LABELS_UNREADABLE"));
        assert_eq!(code("left,right,same\nx,y,banana\n"), Err("LABEL_UNKNOWN"));
        assert_eq!(code("file,row,entity\nx,two,e\n"), Err("LABEL_ROW_UNREADABLE"));
        assert_eq!(code("left,right,score\nx,y,0.73\nx,z,0.2\n"), Err("LABELS_UNDECIDED"));
        assert_eq!(code("left,right,p,q\nx,y,1,0\nx,z,0,0\n"), Err("LABELS_UNDECIDED"));
        assert_eq!(code("left,right,note\nx,y,ABC\n"), Ok(()));
        assert_eq!(code("[1"), Err("LABELS_UNREADABLE"));
    }
}
