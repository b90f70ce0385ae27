//! The words with which a file is refused, in English and Vietnamese: what is wrong and what to do.

use crate::error::Fault;

/// A quote that nothing closes was read as a letter.
pub(super) fn stray(line: i32, rows: usize) -> Fault {
    Fault::new(
        "QUOTE_STRAY",
        format!(
            "Line {line}: a quote opens a text and nothing closes it; it was read as a letter (such rows: {rows}). Look \
             whether the cells of the row are right."
        ),
        format!(
            "Dòng {line}: có dấu ngoặc kép mở mà không đóng; được đọc như một ký tự (số dòng như vậy: {rows}). Xin kiểm \
             tra các ô của dòng đó."
        ),
    )
}

pub(super) fn empty() -> Fault {
    Fault::new(
        "FILE_EMPTY",
        "The file is empty. Save it again from the program it was made with and send that copy.",
        "Tệp rỗng. Hãy lưu lại từ chương trình đã tạo ra tệp rồi gửi bản đó.",
    )
}

pub(super) fn too_large(bytes: u64, limit: u64) -> Fault {
    let (mib, limit) = (bytes.div_ceil(1 << 20), limit >> 20);
    Fault::new(
        "FILE_TOO_LARGE",
        format!("The file has {mib} MiB, the limit is {limit} MiB. Remove pictures or split it by year."),
        format!("Tệp {mib} MiB, vượt giới hạn {limit} MiB. Hãy bỏ hình ảnh hoặc tách tệp theo năm."),
    )
}

pub(super) fn encrypted() -> Fault {
    Fault::new(
        "WORKBOOK_ENCRYPTED",
        "The workbook is protected by a password. Remove it (File, Info, Protect Workbook) and send it again.",
        "Bảng tính có mật khẩu. Hãy gỡ mật khẩu (Tệp, Thông tin, Bảo vệ sổ làm việc) rồi gửi lại.",
    )
}

pub(super) fn truncated() -> Fault {
    Fault::new(
        "WORKBOOK_TRUNCATED",
        "The workbook is cut off or damaged: its end is missing. Copy or download it once more.",
        "Bảng tính bị cắt cụt hoặc hỏng: thiếu phần cuối. Hãy chép hoặc tải lại tệp.",
    )
}

pub(super) fn unreadable(cause: &str) -> Fault {
    Fault::new(
        "WORKBOOK_UNREADABLE",
        format!("The workbook cannot be read ({cause}). Open it in Excel, save it as .xlsx and send that."),
        format!("Không đọc được bảng tính ({cause}). Hãy mở bằng Excel, lưu dạng .xlsx rồi gửi lại."),
    )
}

pub(super) fn sheet_unreadable(sheet: &str, cause: &str) -> Fault {
    Fault::new(
        "SHEET_UNREADABLE",
        format!("Sheet \"{sheet}\" cannot be read ({cause}); the other sheets were kept."),
        format!("Không đọc được trang \"{sheet}\" ({cause}); các trang khác vẫn được giữ."),
    )
}

pub(super) fn sheet_cut_off(sheet: &str) -> Fault {
    Fault::new(
        "SHEET_CUT_OFF",
        format!("Sheet \"{sheet}\" breaks off; the rows before that were kept. Save the file once more."),
        format!("Trang \"{sheet}\" bị đứt giữa chừng; các dòng trước đó vẫn được giữ. Hãy lưu lại tệp."),
    )
}

pub(super) fn html() -> Fault {
    Fault::new(
        "WORKBOOK_IS_HTML",
        "The file is a web page or XML saved under a spreadsheet's name. Open it in Excel, choose \
         \"Save as\" .xlsx and send that.",
        "Tệp là trang web hoặc XML mang tên bảng tính. Hãy mở bằng Excel, chọn \"Lưu thành\" .xlsx rồi gửi lại.",
    )
}

pub(super) fn bomb(what_en: &str, what_vi: &str) -> Fault {
    Fault::new(
        "ARCHIVE_BOMB",
        format!(
            "The file unpacks to far more than it should ({what_en}) and was not read. Copy the table \
                 into a new workbook and send that."
        ),
        format!("Tệp nở ra quá lớn ({what_vi}) nên không được đọc. Hãy chép bảng sang sổ mới rồi gửi lại."),
    )
}

pub(super) fn unknown(what: &str) -> Fault {
    Fault::new(
        "FORMAT_UNKNOWN",
        format!("This is no file the hub reads ({what}). Send .xlsx, .xls, .ods, .csv or .json."),
        format!("Không nhận ra định dạng tệp ({what}). Hãy gửi .xlsx, .xls, .ods, .csv hoặc .json."),
    )
}

pub(super) fn json(cause: &str) -> Fault {
    Fault::new(
        "JSON_INVALID",
        format!("The file begins like JSON but is none ({cause}). Export it once more."),
        format!("Tệp mở đầu như JSON nhưng không hợp lệ ({cause}). Hãy xuất lại."),
    )
}

pub(super) fn legacy() -> Fault {
    Fault::new(
        "LEGACY_ENCODING",
        "The text is neither Unicode nor windows-1258, TCVN3 or VNI. Save the file as \"CSV UTF-8\".",
        "Chữ trong tệp không phải Unicode, windows-1258, TCVN3 hay VNI. Hãy lưu dạng \"CSV UTF-8\".",
    )
}

pub(super) fn converted(from: &str) -> Fault {
    Fault::new(
        "ENCODING_CONVERTED",
        format!("The text was converted from {from} to Unicode; please check a few names."),
        format!("Chữ đã được chuyển từ {from} sang Unicode; xin kiểm tra vài tên."),
    )
}
