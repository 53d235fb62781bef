"""Our procedures in the shape of the national catalogue's `LayThuTuc`: Vietnamese only, every scalar as text."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.exchange.choices import first_word
from portal.procedures import sectors

CHANNELS = {"counter": "1", "online": "2", "post": "3"}


def answer(contents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """As the national side answers."""
    return {"error_code": "0", "message": "", "result": [procedure(content) for content in contents]}


def procedure(content: Mapping[str, Any]) -> dict[str, Any]:
    field = sectors.sectors().get(content["field"])
    return {
        "MATTHC": content["code"],
        "TENTTHC": _vi(content["name"]),
        "CAPTHUCHIEN": first_word("level", content["level"]),
        "LINHVUCTHUCHIEN": [
            {
                "MALINHVUC": (field.national_code if field else None) or "",
                "TENLINHVUC": sectors.name(content["field"]).vi,
            }
        ],
        "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": _vi(step)} for step in content["steps"]]}],
        "CACHTHUCTHUCHIEN": [_channel(channel) for channel in content["channels"]],
        "THANHPHANHOSO": [_case(case) for case in content["cases"]],
        "DOITUONGTHUCHIEN": [{"TENDOITUONG": first_word("audience", key)} for key in content["audience"]],
        "MOTADOITUONGTHUCHIEN": _vi(content.get("audience_note")),
        "COQUANTHUCHIEN": [{"MADONVI": "", "TENDONVI": _vi(content.get("performed_by"))}],
        "KETQUATHUCHIEN": [{"MAKETQUA": content.get("result_code") or "", "TENKETQUA": _vi(content["result"])}],
        "CANCUPHAPLY": [
            {"SOVANBAN": basis["number"], "TENVANBAN": _vi(basis["name"])} for basis in content["legal_bases"]
        ],
        "YEUCAU": _vi(content.get("conditions")),
        "TRANGTHAI": "1",
    }


def _channel(channel: Mapping[str, Any]) -> dict[str, Any]:
    term = channel["term"]
    fees = [
        {
            "MAPHILEPHI": "",
            "SOTIEN": "" if fee["amount"] is None else str(fee["amount"]),
            "DONVI": "Đồng",
            "MOTA": _vi(fee.get("text")),
        }
        for fee in channel["fees"]
    ]
    time = {
        "THOIGIANGIAIQUYET": str(term["number"]),
        "DONVITINH": first_word("unit", term["unit"]),
        "MOTA": _vi(term.get("text")),
        "PHILEPHI": fees,
    }
    return {"KENH": CHANNELS[channel["channel"]], "THOIGIAN": [time]}


def _case(case: Mapping[str, Any]) -> dict[str, Any]:
    papers = [
        {
            "MAGIAYTO": "",
            "TENGIAYTO": _vi(component["name"]),
            "TENMAUDON": _vi(component.get("form_name")),
            "URL": (component.get("template") or {}).get("url", ""),
            "SOBANCHINH": str(component["originals"]),
            "SOBANSAO": str(component["copies"]),
        }
        for component in case["components"]
    ]
    return {"TRUONGHOP": _vi(case.get("name")), "GIAYTO": papers}


def _vi(text: Mapping[str, str] | None) -> str:
    return text["vi"] if text else ""
