"""A shade: it needs the lamp."""

from core.sdk import Manifest

manifest = Manifest(
    name="shade",
    title="Chao đèn",
    summary="Theo dõi chao của đèn đường.",
    version="0.1.0",
    works_with=">=0.1",
    personal_data="some",
    personal_data_note="Tên người thay chao đèn, giữ một năm.",
    requires=("lamp",),
)
