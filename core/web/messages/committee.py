"""Sentences of the committee pages."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # committees and seats
    "ends_before_it_begins": "Ngày kết thúc phải từ ngày %(day)s trở đi.",
    "in_force_before_decision": "Hội đồng có hiệu lực từ ngày quyết định (%(day)s) trở đi.",
    "seat_outside_committee": "Ngày này ngoài thời gian hiệu lực của Hội đồng (từ %(day)s).",
    "chair_taken": "Hội đồng đã có Chủ tịch là %(name)s. Ghi ngày thôi tham gia của người cũ trước.",
    "account_has_no_part": "Tài khoản này chưa có vai trò trong Hội đồng của đơn vị. Nhờ quản trị giao vai trò trước.",
    "account_seated": "Tài khoản này đã là thành viên (%(name)s). Mỗi người chỉ có một chỗ trong Hội đồng.",
    "seat_has_sat": "%(name)s đã có trong danh sách của một phiên họp nên không sửa được. "
    "Hãy ghi ngày thôi tham gia rồi thêm thành viên mới.",
    "seat_ended": "%(name)s đã thôi tham gia từ sau ngày %(day)s.",
    "seat_ends_before_it_began": "Ngày thôi tham gia phải từ ngày bắt đầu (%(day)s) trở đi.",
    # sittings
    "bad_clock": "Giờ họp ghi như 14:30.",
    "committee_not_in_force": "Hội đồng không còn hoặc chưa có hiệu lực vào ngày %(day)s.",
    "no_members": "Hội đồng chưa có thành viên nào. Thêm thành viên trước khi mở phiên họp.",
    "chair_missing": "Danh sách hôm nay có %(number)s Chủ tịch Hội đồng; cần đúng một người.",
    "agenda_empty": "Chương trình chưa có hồ sơ nào. Chọn hồ sơ trước khi mở phiên họp.",
    "items_without_outcome": "Còn %(number)s hồ sơ chưa có kết quả nên chưa kết thúc phiên họp được.",
    "sitting_not_planned": "Phiên họp đã mở hoặc đã hủy nên không làm được việc này.",
    "sitting_not_open": "Phiên họp chưa mở hoặc đã kết thúc nên không làm được việc này.",
    "sitting_is_over": "Phiên họp đã kết thúc hoặc đã hủy.",
    "present_with_opinion": "%(name)s đã gửi ý kiến bằng văn bản cho hồ sơ chưa chốt. "
    "Bỏ ý kiến đó trước rồi mới ghi có mặt.",
    "news_sitting_planned": "Mời dự %(name)s lúc %(at)s. %(place)s",
    # the agenda
    "nobody_chosen": "Hãy đánh dấu ít nhất một hồ sơ.",
    "no_vote_rule": "Danh hiệu của %(name)s không có quy định bỏ phiếu nên không đưa ra Hội đồng.",
    "no_more_rounds": "Hồ sơ này đã bỏ phiếu đủ %(most)s vòng.",
    "you_are_barred": "Ông/bà có xung đột lợi ích với hồ sơ của %(name)s nên người khác trong thường trực "
    "phải đưa hồ sơ này ra Hội đồng.",
    # conflicts
    "conflict_needs_words": "Hãy nói rõ lý do.",
    "already_declared": "%(name)s đã được ghi là không tham gia bỏ phiếu cho hồ sơ này.",
    "already_counted": "Đã nhập số phiếu cho hồ sơ này nên không thay đổi được nữa.",
    "may_not_write": "Chỉ ghi ý kiến của thành viên vắng mặt, được bỏ phiếu và chưa có ý kiến.",
    # paper counts
    "already_confirmed": "Kết quả của hồ sơ này đã chốt và không sửa được nữa.",
    "not_entered": "Chưa ai nhập số phiếu của hồ sơ này.",
    "same_person": "Người nhập số phiếu không tự chốt được. Cần một người khác đếm lại và nhập lại.",
    "count_out_of_range": "Số phiếu phải là số nguyên từ 0 đến %(most)s.",
    "present_above_members": "Số người có mặt (%(got)s) nhiều hơn tổng số thành viên (%(most)s).",
    "barred_above_present": "Số người không bỏ phiếu (%(got)s) nhiều hơn số người có mặt (%(most)s).",
    "issued_above_entitled": "Phát ra %(got)s phiếu, nhưng chỉ có %(most)s thành viên có mặt được bỏ phiếu.",
    "returned_above_issued": "Thu về %(got)s phiếu, nhiều hơn số phát ra (%(most)s).",
    "returned_not_valid_plus_invalid": "Thu về %(got)s phiếu, nhưng hợp lệ cộng không hợp lệ là %(want)s.",
    "marks_not_valid": "Hợp lệ %(want)s phiếu, nhưng đồng ý, không đồng ý và trắng cộng lại là %(got)s.",
    "opinions_above_absent": "Có %(got)s ý kiến bằng văn bản, nhưng chỉ có %(most)s thành viên vắng được gửi ý kiến.",
    "yes_above_entitled": "Tổng số đồng ý (%(got)s) nhiều hơn số thành viên được bỏ phiếu (%(most)s).",
    "no_quorum": "Chưa đủ số thành viên để bỏ phiếu: có mặt %(present)s/%(members)s, cần ít nhất %(needed)s "
    "(%(num)s/%(den)s). Hãy điểm danh lại.",
}
