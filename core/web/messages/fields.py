"""Sentences about one answer to a field that a plugin asks for."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "not_text": "Mục này phải là chữ.",
    "not_yes_or_no": "Hãy chọn Có hoặc Không.",
    "not_a_choice": "Hãy chọn trong danh sách đã cho.",
    "not_a_list": "Mục này phải là một danh sách các lựa chọn.",
    "wrong_number_of_choices": "Hãy chọn từ %(minimum)s đến %(maximum)s mục.",
    "no_such_field": "Mục này không có trong biểu mẫu.",
    "not_an_object": "Phần này không đúng cấu trúc.",
    "identity_in_text": "Không ghi số định danh, số căn cước hoặc số điện thoại của người dân ở đây. "
    "Phần mềm không lưu thông tin nhận ra một người; hãy bỏ dãy số đó.",
}
