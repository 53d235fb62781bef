"""The page's own module in a real browser answers, case by case, what the portal's Python answers."""

import base64
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from portal.ledger import proof, proof_file, trust
from tests.ledger import make_proofs
from tests.live import LiveServer

KEYS = {name: (make_proofs.FOLDER / name).read_text() for name in make_proofs.KEYS}
EVERYTHING = make_proofs.FOLDER / "everything.tlog-proof"
CHANGES = 250

# An older browser: Web Crypto without Ed25519, as Chromium had it before version 137.
WITHOUT_ED25519 = """
const importKey = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (form, data, algorithm, ...rest) => {
    if ((algorithm.name ?? algorithm) === "Ed25519") return Promise.reject(new DOMException("", "NotSupportedError"));
    return importKey(form, data, algorithm, ...rest);
};
"""
HAS_ED25519 = """() => crypto.subtle.importKey("raw", new Uint8Array(32), {name: "Ed25519"}, false, ["verify"]).then(
    () => true, (error) => error.name !== "NotSupportedError")"""
ASK = """async ({address, keys, cases}) => {
    const {check, checkReceipt, parseKeys} = await import(address);
    const instant = (at) => at.toISOString().replace(".000Z", "Z");
    const found = (facts) => facts && {
        index: facts.index === null ? null : Number(facts.index),
        size: facts.size === null ? null : Number(facts.size),
        entry: facts.entry,
        sealed: facts.isSealed,
        shown: JSON.stringify(Object.fromEntries(facts.shown)),
        cosigners: facts.cosigners.map(({name, at}) => ({name, at: instant(at)})),
        promise: facts.promise && {at: instant(facts.promise.at), before: instant(facts.promise.before)},
    };
    const answers = [];
    for (const {data, chosen, witnesses, early} of cases) {
        const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
        const given = await parseKeys(keys[chosen]);
        const {proven, problem, facts} = await (early ? checkReceipt(bytes, given) : check(bytes, given, witnesses));
        answers.push({proven, problem, found: found(facts ?? null)});
    }
    return answers;
}"""
READ_CODES = """async ({address, texts}) => {
    const {fromCode} = await import(address);
    const read = async (text) => {
        try {
            return {file: new TextDecoder().decode(await fromCode(text)), error: null};
        } catch (error) {
            return {file: null, error: error.code || error.problem};
        }
    };
    return Promise.all(texts.map(read));
}"""


@pytest.fixture(params=["by-web-crypto", "by-the-library"])
def page(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page that checks. Its policy lets no script be loaded by a test, so this window is told to overlook it."""
    context = browser.new_context(base_url=live_server.url, bypass_csp=True)
    if request.param == "by-the-library":
        context.add_init_script(WITHOUT_ED25519)
    page = context.new_page()
    page.goto("/ledger/verify")
    assert page.evaluate(HAS_ED25519) is (request.param == "by-web-crypto")
    yield page
    context.close()


def test_every_shared_case_has_the_same_answer(page: Page) -> None:
    expected = json.loads((make_proofs.FOLDER / "expected.json").read_text())
    assert len(expected) > 100
    cases = [
        asked((make_proofs.FOLDER / name).read_bytes(), case["keys"], case["witnesses"])
        for name, case in expected.items()
    ]
    for (name, case), got in zip(expected.items(), answers(page, cases), strict=True):
        assert got == {member: case[member] for member in got}, name


def test_every_shared_receipt_has_the_same_answer(page: Page) -> None:
    expected = json.loads((make_proofs.FOLDER / "receipts.json").read_text())
    cases = [asked(case["text"].encode(), case["keys"], early=True) for case in expected.values()]
    for (name, case), got in zip(expected.items(), answers(page, cases), strict=True):
        assert got == {member: case[member] for member in got}, name


def test_every_shared_code_is_read_alike(page: Page) -> None:
    expected = json.loads((make_proofs.FOLDER / "qr.json").read_text())
    texts = [case["text"] for case in expected.values()]
    got = page.evaluate(READ_CODES, {"address": module(page), "texts": texts})
    problems = {None: None, "not_a_proof": "other_code"}
    for (name, case), answer in zip(expected.items(), got, strict=True):
        wanted = problems.get(case["problem"], case["problem"])
        assert answer == {"file": case["file"], "error": wanted}, name


@pytest.mark.parametrize("within", ["the file", "the receipt", "a disclosure"])
def test_files_changed_at_random_have_the_same_answer(page: Page, within: str) -> None:
    """One byte changed, one left out, one put in, two exchanged, here or further in; proven by both or by neither."""
    chance = random.Random(within)
    change = {"the file": changed, "the receipt": changed_receipt, "a disclosure": changed_disclosure}[within]
    files = [change(EVERYTHING.read_bytes(), chance) for _number in range(CHANGES)]
    trusted = trust.parse_keys(KEYS["keys.txt"].splitlines())
    here = [make_proofs.told(answer.problem, answer) for answer in (proof.check(data, trusted) for data in files)]
    assert sum(not answer["proven"] for answer in here) > CHANGES * 0.9
    for data, wanted, got in zip(files, here, answers(page, [asked(data) for data in files]), strict=True):
        assert got == json.loads(json.dumps(wanted)), data


def asked(data: bytes, chosen: str = "keys.txt", witnesses: int = 0, *, early: bool = False) -> dict[str, Any]:
    return {"data": base64.b64encode(data).decode(), "chosen": chosen, "witnesses": witnesses, "early": early}


def answers(page: Page, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(ASK, {"address": module(page), "keys": KEYS, "cases": cases})
    for answer in found:
        if answer["found"] is not None:
            answer["found"]["shown"] = json.loads(answer["found"]["shown"])
    return found


def module(page: Page) -> str:
    """The address of the script that the page itself runs."""
    address = page.locator("script[src*='/verify-']").get_attribute("src")
    assert address is not None
    return address


def changed(data: bytes, chance: random.Random) -> bytes:
    at, other = chance.randrange(len(data)), chance.randrange(len(data))
    byte = bytes([chance.randrange(256)])
    copy = bytearray(data)
    copy[at], copy[other] = copy[other], copy[at]
    return chance.choice(
        (data[:at] + byte + data[at + 1 :], data[:at] + data[at + 1 :], data[:at] + byte + data[at:], bytes(copy))
    )


def changed_receipt(data: bytes, chance: random.Random) -> bytes:
    """Changed under the base64, which is good again."""
    extra = re.search(rb"(?<=\nextra )\S+", data)
    assert extra is not None
    return data.replace(extra[0], base64.b64encode(changed(base64.b64decode(extra[0]), chance)))


def changed_disclosure(data: bytes, chance: random.Random) -> bytes:
    """Changed in what a field says; the receipt around it is canonical again."""
    proven = proof_file.parse(data)
    opening = proven.receipt.opening
    assert opening is not None
    at = chance.randrange(len(opening.disclosures))
    said = base64.urlsafe_b64decode(opening.disclosures[at] + "==")
    other = base64.urlsafe_b64encode(changed(said, chance)).decode().rstrip("=")
    kept = [text for number, text in enumerate(opening.disclosures) if number != at]
    mended = replace(opening, disclosures=tuple(sorted([*kept, other])))
    return proof_file.render(replace(proven, receipt=replace(proven.receipt, opening=mended)))
