"""A dossier's whole life through the pages of the desk, from the receipt to the returned result."""

import io
import re

from flask import Flask
from sqlalchemy.orm import Session

from portal.dossiers import commands
from tests.desk.conftest import Desk, Ward
from tests.filing import act, pdf, stored, unit_id_of
from tests.publishing import publish_now

CITY, WARD = "H06.31", "H06.31.01"


def test_from_the_receipt_to_the_returned_result(
    app: Flask, ward: Ward, session: Session, receiver: Desk, specialist: Desk
) -> None:
    reference = ward.filed()
    assert reference in receiver.get("/desk?show=filed").text
    receiver.done(reference, "receive")
    specialist.done(reference, "ask-supplement", reason="Ảnh mờ, hãy chụp lại.")
    assert reference in specialist.get("/desk?show=waiting").text

    act(session, commands.give_supplement, reference, ward.person, message="Tôi gửi lại.", files=[stored("rõ.pdf")])
    page = specialist.open(reference)
    assert "Tôi gửi lại." in page.text
    assert "rõ.pdf" in page.text
    specialist.done(reference, "pass-on", to_unit=unit_id_of(session, CITY), note="Nhờ kiểm tra.")

    city = ward.desk("specialist", CITY)
    assert reference in city.get("/desk?show=working").text
    assert city.do(reference, "pass-on", to_unit=unit_id_of(session, WARD), note="Đã kiểm tra.").status == 303
    file = (io.BytesIO(pdf("khai sinh")), "giấy khai sinh.pdf")
    specialist.done(reference, "resolve", outcome="granted", reason="Mời nhận.", file=file)
    assert reference in receiver.get("/desk?show=resolved").text

    address = re.search(r'href="([^"]+)">giấy khai sinh.pdf', receiver.open(reference).source)
    assert address
    assert receiver.browser.get(address[1]).data == pdf("khai sinh")
    receiver.done(reference, "return", way="counter", note="Đã nhận tại quầy.")
    assert reference not in receiver.get("/desk").text

    acts = ["filed", "received", "supplement_asked", "supplement_given", "passed", "passed", "resolved", "returned"]
    assert ward.steps(reference) == acts
    assert publish_now(app) == len(acts)
    theirs = ward.as_applicant(reference).text
    for words in (
        "Ảnh mờ, hãy chụp lại.",
        "giấy khai sinh.pdf",
        "Đã trả kết quả. Hồ sơ đã xong.",
        receiver.officer.name,
    ):
        assert words in theirs
