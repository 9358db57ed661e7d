"""Sentences of the sealed ballots."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    # the key and its shares
    "tellers_three": "Cần đủ họ tên %(want)s người trong tổ kiểm phiếu.",
    "tellers_twice": "Ba người trong tổ kiểm phiếu phải là ba người khác nhau.",
    "ballot_key_missing": "Phiên họp chưa có khóa thùng phiếu. Lập khóa và chia cho tổ kiểm phiếu trước.",
    "ballot_key_not_kept": "Chưa xác nhận ba người kiểm phiếu đã cầm mảnh khóa của mình.",
    "ballot_key_in_use": "Đang có thùng phiếu dùng khóa này nên không thay khóa được. "
    "Mở thùng phiếu hoặc hủy lần bỏ phiếu đó trước.",
    "share_not_read": "Mảnh khóa thứ %(place)s có %(got)s nhóm số; tờ giấy in có %(want)s nhóm. "
    "Kiểm tra nhóm thiếu hoặc thừa.",
    "share_group_wrong": "Mảnh khóa thứ %(place)s: nhóm số %(group)s không đúng. So lại với tờ giấy.",
    "share_checksum": "Mảnh khóa thứ %(place)s có ít nhất một nhóm số gõ sai. So lại từng nhóm với tờ giấy.",
    "share_twice": "Hai ô là cùng một mảnh khóa. Cần mảnh của hai người khác nhau.",
    "shares_too_few": "Cần mảnh khóa của %(want)s người.",
    "shares_do_not_match": "Hai mảnh khóa này không cùng một lần lập khóa. Có tờ giấy của phiên họp khác.",
    "shares_of_another_key": "Hai mảnh khóa này thuộc một khóa khác, không mở được thùng phiếu này.",
    # opening and closing a vote
    "ballot_item_taken": "Đã hoặc đang bỏ phiếu cho: %(names)s.",
    "ballot_mixed_bars": "Các hồ sơ này không cùng những người không được bỏ phiếu, nên phải bỏ phiếu riêng.",
    "ballot_too_long": "Một phiếu có nhiều nhất %(most)s hồ sơ.",
    "nobody_may_vote": "Không có thành viên nào có mặt được bỏ phiếu cho các hồ sơ này.",
    "voter_without_account": "%(name)s chưa có tài khoản nên không bỏ phiếu trên máy được. "
    "Dùng phiếu giấy cho các hồ sơ này, hoặc nhờ quản trị tạo tài khoản.",
    "voter_without_second_factor": "%(name)s chưa bật lớp bảo vệ thứ hai cho tài khoản. "
    "Bật ở trang tài khoản của người đó, hoặc dùng phiếu giấy.",
    "secrecy_few_voters": "Chỉ có %(got)s người bỏ phiếu, ít hơn %(least)s: nhìn kết quả sẽ đoán được từng người. "
    "Nên chuyển các hồ sơ này sang một phiên đông hơn.",
    "ballot_in_progress": "Lần bỏ phiếu kín số %(number)s chưa mở thùng xong nên việc này phải chờ.",
    "ballot_no_road": "Lần bỏ phiếu này đã qua bước đó rồi nên không làm lại được.",
    "ballot_empty": "Chưa có phiếu nào trong thùng. Chờ thành viên bỏ phiếu, hoặc hủy lần bỏ phiếu này.",
    "ballot_uneven": "Trong thùng có %(envelopes)s phong bì nhưng có %(votes)s người đã bỏ phiếu: "
    "dữ liệu đã bị can thiệp. Hãy hủy lần bỏ phiếu này và bỏ phiếu lại.",
    "ballot_needs_reason": "Ghi lý do hủy để đưa vào biên bản.",
    # casting
    "ballot_not_open": "Đã đóng bỏ phiếu nên không nhận thêm phiếu.",
    "already_voted": "Phiếu của ông/bà đã ở trong thùng. Mỗi người bỏ phiếu một lần.",
    "second_factor_needed": "Bỏ phiếu kín cần lớp bảo vệ thứ hai. Ông/bà bật ở trang Tài khoản của tôi rồi quay lại.",
    "bad_mark": "Phiếu chưa đủ hoặc có ô không hợp lệ. Mở lại phiếu và đánh dấu từng hồ sơ.",
    "bad_nonce": "Phiếu này không phải do máy chủ phát ra. Mở lại trang bỏ phiếu.",
    # opening the box
    "nothing_to_open": "Không có thùng phiếu nào đã đóng mà chưa mở.",
    "box_rests": "Đã thử sai mảnh khóa nhiều lần. Thử lại sau %(minutes)s phút.",
    "box_did_not_open": "Máy chủ chưa mở được thùng phiếu. Không có gì bị mất; thử lại sau một phút.",
    "ballot_broken": "Thùng phiếu số %(number)s không còn như lúc đóng (%(what)s): dữ liệu đã bị can thiệp, "
    "nên không kiểm phiếu. Lập biên bản, hủy lần bỏ phiếu này và bỏ phiếu lại.",
}
