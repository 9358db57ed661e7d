"""A lamp: the small plugin that the tests of governance switch on and off."""

from core.sdk import FieldSpec, Indicator, Kind, Manifest, Page, Permission

manifest = Manifest(
    name="lamp",
    title="Đèn đường",
    summary="Ghi số bóng đèn đường đang sáng của từng thôn.",
    version="1.2.0",
    works_with=">=0.1,<1",
    personal_data="none",
    hooks="lamp.hooks",
    pages=(Page("lamp.pages:pages"),),
    permissions=(
        Permission("lamp.read", "Xem số bóng đèn", ("unit_admin", "secretary", "head")),
        Permission("lamp.count", "Đếm bóng đèn", ("volunteer",)),
    ),
    settings=(
        FieldSpec("watts", "Công suất", Kind.INTEGER, required=True, minimum=1, maximum=400, help="Tính bằng oát."),
        FieldSpec("colour", "Màu sáng", Kind.CHOICE, choices=(("white", "Trắng"), ("yellow", "Vàng"))),
        FieldSpec("is_solar", "Dùng điện mặt trời", Kind.BOOLEAN),
        FieldSpec("note", "Ghi chú", Kind.TEXT, no_identity=True),
    ),
    indicators=(
        Indicator("lit", "Bóng đang sáng", "bóng", record="lamp.count"),
        Indicator("broken", "Bóng hỏng", "bóng", record="lamp.count"),
    ),
    adds=("Trang ghi số bóng đèn", "Một bảng trong báo cáo kết quả"),
)
