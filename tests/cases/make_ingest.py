#!/usr/bin/env python3
"""Makes the workbooks and text files of tests/cases/ingest that other programs write: openpyxl (.xlsx), xlwt (.xls),
LibreOffice (.ods and .xls out of the .xlsx), and Python's codecs. All names are invented.

    pip install openpyxl xlwt; apt-get install libreoffice-calc
    tests/cases/make_ingest.py
"""

import datetime
import os
import subprocess
import tempfile
import unicodedata

import openpyxl
import xlwt

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ingest")
TITLE = "TỈNH NGHỆ AN - Danh sách HTX tính đến ngày 31/12/2024"
HEAD = ["STT", "Tên HTX", "MST", "Người đại diện", "Điện thoại", "Xã/phường/thị trấn", "Huyện/thị xã/TP",
        "Ngày thành lập", "Số thành viên", "Vốn điều lệ (triệu đồng)", "Diện tích SX (ha)", "Xếp loại", "ID_cu"]


def rows():
    day = datetime.date
    return [
        ["=ROW()-3", "HTX NN Sao Mai", "9900000013", "Lê Văn Thử", "0900000001", "Xã Nam Anh", "Huyện Nam Đàn",
         day(2015, 3, 15), 25, "1.500", "57,9", "Tốt", "A1"],
        ["=ROW()-3", "HTX Hoa Nắng", None, "Lê Thị Mẫu", 900000002, "Xã Nam Anh", "Huyện Nam Đàn",
         "ngày 5 tháng 6 năm 2017", "47 TV", 850, 12.5, "Khá", "A2"],
        ["=ROW()-3", "HTX Đồng Xanh", "9900000020", None, "0900 000 003", "Xã Nam Anh", "Huyện Nam Đàn", 2018,
         "=20+11", "1,6 tỷ", "5.000 m2", "loại TB", "A3"],
        ["=ROW()-3", "HTX Suối Vàng", None, None, None, "Xã Nam Anh", "Huyện Nam Đàn", "30/2/2019", 31, 700, 3,
         "Yếu", "A4"],
        ["=ROW()-3", "HTX Ẩn Danh", None, None, None, "Xã Nam Anh", "Huyện Nam Đàn", "quý II/2020", 12, 300, 1,
         "Tốt", "A5"],
        ["=ROW()-3", "HTX Gió Lành", None, None, None, "Xã Nam Anh", "Huyện Nam Đàn", "15/8/2021", "=1/0", "=5*100",
         2, "Tốt", "A6"],
    ]


def workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "HTX"
    sheet.append([TITLE])
    sheet.merge_cells("A1:M1")
    sheet.append([])
    sheet.append(HEAD)
    for row in rows():
        sheet.append(row)
    # One commune's cells joined over all its rows, as clerks do.
    sheet.merge_cells("F4:F9")
    sheet.merge_cells("G4:G9")
    sheet.column_dimensions["M"].hidden = True
    sheet.row_dimensions[8].hidden = True
    sheet.append(["Tổng cộng", None, None, None, None, None, None, None, "=SUM(I4:I8)"])
    hidden = book.create_sheet("Nháp")
    hidden.sheet_state = "hidden"
    hidden.append(HEAD)
    hidden.append([1, "HTX Bản Nháp"] + [None] * 11)
    return book


def xls_1904(path):
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = True
    sheet = book.add_sheet("HTX", cell_overwrite_ok=True)
    sheet.write(0, 0, TITLE)
    for column, text in enumerate(HEAD):
        sheet.write(2, column, text)
    date = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for r, row in enumerate(rows()[:4], 3):
        for c, value in enumerate(row):
            if isinstance(value, datetime.date):
                # xlwt writes days since 1900 whatever the book says: count as Excel would.
                sheet.write(r, c, (value - datetime.date(1904, 1, 1)).days, date)
            elif isinstance(value, str) and value.startswith("="):
                sheet.write(r, c, r - 2 if c == 0 else 31)
            elif value is not None:
                sheet.write(r, c, value)
    # A plain number of days, not formatted as a date.
    sheet.write(4, 7, (datetime.date(2017, 6, 5) - datetime.date(1904, 1, 1)).days)
    sheet.row(5).hidden = True
    book.save(path)


def converted(source, kind, target):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind,
                        "--outdir", folder, source], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = os.path.join(folder, os.path.splitext(os.path.basename(source))[0] + "." + kind)
        os.replace(made, target)


FOOT = [
    [["Tổng", "3 HTX", None, None, "63 thành viên"], [None, "Người tổng hợp", None, None, None, "KT. GIÁM ĐỐC"]],
    [[None, "NGƯỜI LẬP BIỂU", None, None, None, "HẠT TRƯỞNG"], [],
     [None, "Trần Văn Thử", None, None, None, "Lê Thị Mẫu"]],
    [[None, "Toàn huyện", None, None, 63, None], [None, "Bình quân", None, None, 21, None],
     [None, "TRƯỞNG BAN", None, None, "Nghệ An, ngày 10 tháng 1 năm 2025"],
     [None, "(Ký, họ tên)", None, None, "(Đã ký)"], [None, "Trần Văn Thử", None, None, "Lê Thị Mẫu"]],
    [["Vinh, ngày 10/01/2025"], [None, "Người làm biểu", None, None, None, "Quản lý"],
     [None, "Trần Văn Thử", None, None, None, "Lê Thị Mẫu"]],
    # No foot: makers whose number was forgotten, one with a name only beside its commune.
    [[None, "HTX Trúc Xanh", "Xã Nam Anh", "Huyện Nam Đàn", 24, 2014], [None, "HTX Tre Vàng", "Xã Nam Anh"]],
    [["Tổng", "3 HTX", None, None, 63], [None, "Hộ Hoa Thử", "Xã Nam Anh"], [None, "Người tổng hợp"]],
]


def feet():
    """Sheets that end otherwise: totals, who drew them up, who signs; and two without running numbers."""
    book = openpyxl.Workbook()
    for at, foot in enumerate(FOOT + FOOT[1:2] + FOOT[4:5]):
        numbered = at < len(FOOT)
        sheet = book.create_sheet(f"Biểu {at + 1}") if at else book.active
        sheet.title = f"Biểu {at + 1}"
        sheet.append([TITLE])
        sheet.append([])
        first = 0 if numbered else 1
        sheet.append(["STT", "Tên HTX", "Xã", "Huyện", "Số thành viên", "Năm thành lập", "Xếp loại", "Ghi chú"][first:])
        for i, name in enumerate(["Sao Mai", "Hoa Nắng", "Đồng Xanh"]):
            row = [i + 1, f"HTX {name} {at + 1}", "Xã Nam Anh", "Huyện Nam Đàn", 20 + i, 2010 + i, "Tốt"]
            sheet.append(row[first:])
        for row in foot:
            sheet.append(row[first:])
    return book


def text(delimiter=",", extra=""):
    lines = [delimiter.join([TITLE] + [""] * 8)]
    lines.append(delimiter.join(["STT", "Tên HTX", "Người đại diện", "Xã", "Huyện", "Ngày thành lập", "Số thành viên",
                                 "Xếp loại", "ID_cu"]))
    for i, name in enumerate(["Sao Mai", "Hoa Nắng", "Đường Lúa Xưởng", "Thuỷ Sản Ửng Hồng"], 1):
        lines.append(delimiter.join([str(i), f"Hợp tác xã nông nghiệp {name}{extra}", "Nguyễn Thị Thử", "Xã Nam Anh",
                                     "Huyện Nam Đàn", f"{i}/3/201{i}", str(20 + i), "Tốt", f"B{i}"]))
    return "\r\n".join(lines) + "\r\n"


def legacy_table(scheme):
    import csv
    path = os.path.join(HERE, "..", "..", "..", "schema", "reference", "legacy_vietnamese.csv")
    table = {}
    for row in csv.reader(open(path, encoding="utf-8")):
        if row[0] == scheme:
            table[row[3]] = "".join(chr(int(c[2:], 16)) for c in row[2].split(" "))
    return table


def legacy(scheme):
    table = legacy_table(scheme)
    # The old fonts have capitals with marks in a face of their own.
    return "".join(table.get(c, c) for c in text().replace("Ửng", "ửng"))


def cp1258(source):
    # Letters with their tone apart, as the code page wants them.
    out = bytearray()
    for c in source:
        try:
            out += c.encode("cp1258")
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFD", c)
            tone = [p for p in base if p in "\u0300\u0301\u0303\u0309\u0323"]
            rest = unicodedata.normalize("NFC", "".join(p for p in base if p not in tone))
            out += (rest + "".join(tone)).encode("cp1258")
    return bytes(out)


TWO_ROWS = """TỈNH NGHỆ AN - tính đến ngày 31/12/2024,,,,,,,
STT,Tên HTX,Địa bàn,,Giấy chứng nhận đăng ký,,Số thành viên,Xếp loại
,,Xã,Huyện,Số,Ngày cấp,,
1,HTX Sao Mai,Xã Nam Anh,Huyện Nam Đàn,12/ĐK,15/3/2015,25,Tốt
2,HTX Hoa Nắng,Xã Nam Anh,Huyện Nam Đàn,13/ĐK,16/3/2015,26,Khá
"""


def main():
    put = lambda name, data: open(os.path.join(HERE, name), "wb").write(data)
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "source.xlsx")
        workbook().save(source)
        workbook().save(os.path.join(HERE, "cooperatives_never_computed.xlsx"))
        converted(source, "ods", os.path.join(HERE, "cooperatives_libreoffice.ods"))
        converted(source, "xls", os.path.join(HERE, "cooperatives_libreoffice.xls"))
        # By way of .ods LibreOffice computes the formulas and writes the .xlsx itself.
        converted(os.path.join(HERE, "cooperatives_libreoffice.ods"), "xlsx",
                  os.path.join(HERE, "cooperatives_libreoffice.xlsx"))
    feet().save(os.path.join(HERE, "cooperatives_feet.xlsx"))
    xls_1904(os.path.join(HERE, "cooperatives_xlwt_1904.xls"))
    put("cooperatives_tabs_nfd.tsv", unicodedata.normalize("NFD", text("\t")).encode())
    put("cooperatives_pipes_bom.csv", b"\xef\xbb\xbf" + text("|").encode())
    put("cooperatives_semicolons_utf16le_unmarked.csv", text(";").encode("utf-16-le"))
    put("cooperatives_utf16be_unmarked.csv", text().encode("utf-16-be"))
    put("cooperatives_utf16be_marked.csv", b"\xfe\xff" + text().encode("utf-16-be"))
    put("cooperatives_windows1258.csv", cp1258(text()))
    put("cooperatives_vni_bytes.csv", legacy("VNI").encode("latin-1"))
    put("cooperatives_vni_in_unicode.csv", legacy("VNI").encode())
    put("cooperatives_tcvn3_in_unicode.csv", legacy("TCVN3").encode())
    put("cooperatives_two_rows_of_headings.csv", TWO_ROWS.encode())


main()
