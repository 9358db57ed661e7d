"""Sentences of notices about a step of a dossier, told by ``core.services.moves``."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "news_ask_confirmation": "Hồ sơ của %(name)s đã lập xong, chờ thủ trưởng xác nhận và gửi.",
    "news_send_back_to_draft": "Thủ trưởng chuyển lại hồ sơ của %(name)s để sửa. %(note)s",
    "news_submit": "Có hồ sơ vừa gửi đến: %(name)s.",
    "news_return": "Hồ sơ của %(name)s được trả lại để bổ sung. %(note)s",
    "news_hand_up": "Hồ sơ của %(name)s được trình lên đơn vị cấp trên.",
    "news_award": "Đã có quyết định khen thưởng, tôn vinh %(name)s.",
    "news_decline": "Hồ sơ của %(name)s không được chọn. %(note)s",
    "news_withdraw": "Đơn vị đề cử đã rút hồ sơ của %(name)s. %(note)s",
    "news_revoke": "Khen thưởng của %(name)s đã bị thu hồi. %(note)s",
}
