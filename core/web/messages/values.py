"""Sentences about one value of a form, wherever the form stands: text, days, numbers, time limits."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "required": "Hãy điền mục này.",
    "too_long": "Nội dung dài quá: nhiều nhất %(limit)s ký tự, đang có %(length)s.",
    "broken_text": "Nội dung có ký tự hỏng. Hãy gõ lại.",
    "control_characters": "Nội dung có ký tự điều khiển không đọc được. Hãy gõ lại hoặc dán dưới dạng văn bản thường.",
    "direction_marks": "Nội dung có ký tự đảo chiều chữ. Hãy gõ lại hoặc dán dưới dạng văn bản thường.",
    "stacked_marks": "Nội dung có quá nhiều dấu chồng lên một chữ. Hãy gõ lại.",
    "bad_date": "Ngày chưa đúng. Hãy ghi như 18/05/2026.",
    "date_out_of_range": "Ngày phải trong khoảng từ %(earliest)s đến %(latest)s.",
    "bad_integer": "Hãy ghi số nguyên bằng chữ số, ví dụ 1.234.",
    "bad_number": "Hãy ghi số bằng chữ số, ví dụ 1.234,5.",
    "decimal_comma": "Phần thập phân viết sau dấu phẩy, ví dụ 0,45.",
    "number_out_of_range": "Số phải từ %(minimum)s đến %(maximum)s.",
    "too_many_places": "Nhiều nhất %(places)s chữ số sau dấu phẩy.",
    "deadline_too_long": "Thời hạn dài quá, không tính được.",
    "deadline_unknown": "Thời hạn này chưa có số ngày.",
    "bad_vote_rule": "Tỷ lệ phiếu của quy định này không hợp lệ.",
    "catalog_fault": "Danh mục có lỗi ở %(where)s.",
}
