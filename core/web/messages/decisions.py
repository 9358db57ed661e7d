"""Sentences of the decisions pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # picking
    "nothing_picked": "Hãy chọn ít nhất một dòng.",
    "too_many_picked": "Mỗi lần chỉ đánh dấu được tối đa %(most)s dòng. Dùng nút đưa vào cả đợt.",
    "vote_needed": "Phải qua Hội đồng bỏ phiếu trước (%(rule)s).",
    "notice_needed": "Phải công khai lấy ý kiến đủ %(days)s ngày trước khi quyết định.",
    "office_empty": "Chưa ghi ai đang giữ chức vụ ký (%(offices)s) ở đơn vị này.",
    "above_power": "Thuộc thẩm quyền %(offices)s: trình cấp trên.",
    "mixed_offices": "Không có một chức vụ nào của đơn vị ký được cả: %(awards)s. Hãy tách thành các quyết định riêng.",
    # the draft
    "decision_issued": "Quyết định đã ban hành không sửa được; muốn đổi phải ban hành quyết định điều chỉnh.",
    "decision_dropped": "Dự thảo này đã bỏ.",
    "decision_kind_unknown": "Loại quyết định này không có.",
    # what it must hold
    "number_missing": "Hãy ghi số quyết định.",
    "bad_symbol": "Phải có dạng QĐ- rồi tên viết tắt bằng chữ in hoa, ví dụ QĐ-UBND.",
    "number_taken": "Số %(number)s đã dùng cho một quyết định khác của đơn vị trong năm %(year)s.",
    "decision_empty": "Quyết định chưa có dòng nào.",
    "signer_missing": "Chưa có người ký.",
    "date_missing": "Hãy ghi ngày ban hành.",
    "date_before_sitting": "Ngày ban hành %(day)s sớm hơn ngày %(sitting)s tiếp nhận hồ sơ hoặc chốt kết quả Hội đồng.",
    "date_before_original": "Ngày ban hành %(day)s sớm hơn quyết định gốc (%(original)s).",
    "original_missing": "Chưa chọn quyết định gốc.",
    "reason_missing": "Hãy ghi lý do.",
    "article_missing": "Hãy ghi văn bản, điều khoản làm căn cứ.",
    "ground_missing": "Hãy chọn một trường hợp thu hồi trong danh sách.",
    "no_base_salary": "Chưa có mức lương cơ sở cho ngày %(day)s trong danh mục.",
    # who signs
    "may_not_sign": "Ông/bà không ký được quyết định này vào ngày đó.",
    "no_office": "Ngày %(day)s ông/bà không giữ chức vụ nào ký được quyết định này (%(offices)s).",
    "office_cannot_sign": "Chức vụ %(office)s không có thẩm quyền ký; thuộc thẩm quyền %(offices)s.",
    "office_not_held": "Ngày %(day)s chức vụ %(office)s không do người này giữ.",
    "delegation_not_valid": "Văn bản giao quyền số %(number)s không có hiệu lực ngày %(day)s.",
    "delegation_unknown": "Kiểu giao quyền này không có.",
    "delegation_without_number": "Văn bản giao quyền chưa có số.",
    "kt_not_allowed": "%(office)s không được ký thay (KT.).",
    "tuq_not_allowed": "%(office)s không được ủy quyền ký (TUQ.).",
    # one achievement, one award
    "achievement_awarded": (
        "%(name)s: thành tích này đã được tặng %(award)s theo Quyết định %(number)s. Mỗi thành tích chỉ một hình thức."
    ),
    "achievement_awarded_meanwhile": (
        "Một thành tích trong quyết định này vừa được khen thưởng ở quyết định khác. Mỗi thành tích chỉ một hình thức."
    ),
    "achievement_twice_here": "%(name)s: hai dòng ở đây cùng một thành tích. Mỗi thành tích chỉ một hình thức.",
    # correction and revocation
    "nothing_corrected": "Chưa có gì khác so với quyết định gốc.",
    "award_revoked": "Khen thưởng này đã bị thu hồi.",
    "award_changed": "Nội dung của %(name)s đã thay đổi từ khi lập dự thảo. Hãy bỏ dòng này ra rồi lập lại.",
    # afterwards
    "presented_in_future": "Ngày trao tặng %(day)s còn ở phía trước.",
    "presented_before_decision": "Ngày trao tặng %(day)s sớm hơn ngày quyết định %(decided)s.",
    "recovered_in_future": "Ngày thu hồi %(day)s còn ở phía trước.",
    # news
    "news_decision_drafted": "Có dự thảo quyết định chờ ký: %(title)s",
    "news_decision_issued_grant": "Đã ban hành Quyết định số %(number)s: %(title)s",
    "news_decision_issued_correct": "Đã ban hành quyết định điều chỉnh số %(number)s: %(title)s",
    "news_decision_issued_revoke": "Đã ban hành quyết định thu hồi số %(number)s: %(title)s",
    "news_prior_award_revoked": "%(name)s: %(award)s trước đây đã bị thu hồi (Quyết định %(number)s). Hãy xem lại.",
}
