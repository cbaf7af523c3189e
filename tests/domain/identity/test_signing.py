"""Signed requests: what a signature covers, and when it counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.errors.identity import NotSigned, SignedAtAnotherTime, WrongSignature
from tessella.domain.identity.signing import MOST_SECONDS, SignedRequest, check_signature, read_signed, signature

SECRET, NOW, NONCE = "sign_secret", 1_782_864_000, "0123456789abcdef"
NOW_US = NOW * 1_000_000
PARTS = ("POST", b"/api/v1/decide?a=1", NOW, NONCE, b'{"subject_id": "h1"}')


def request(*, at: int = NOW, secret: str = SECRET) -> SignedRequest:
    method, target, _, nonce, body = PARTS
    return SignedRequest(method, target, body, at, nonce, signature(secret, method, target, at, nonce, body))


def headers(**changed: str | None) -> dict[str, str]:
    sent = {
        "tessella-timestamp": str(NOW), "tessella-nonce": NONCE,
        "tessella-signature": f"v1={request().signature.hex()}",
    } | {f"tessella-{name}": value for name, value in changed.items()}  # fmt: skip
    return {name: value for name, value in sent.items() if value is not None}


def test_a_request_as_it_was_signed_is_taken() -> None:
    check_signature(read_signed(PARTS[0], PARTS[1], PARTS[4], headers()), SECRET, NOW_US)


@pytest.mark.parametrize("changed", [
    {"method": "PUT"}, {"target": b"/api/v1/decide"}, {"target": b"/api/v1/decide?a=2"}, {"body": b""},
    {"body": PARTS[4] + b" "}, {"timestamp": NOW + 1}, {"nonce": "0123456789abcdeX"}, {"signature": bytes(32)},
])  # fmt: skip
def test_a_request_with_any_part_changed_is_refused(changed) -> None:
    with pytest.raises(WrongSignature):
        check_signature(replace(request(), **changed), SECRET, NOW_US)


def test_another_secret_signs_nothing() -> None:
    with pytest.raises(WrongSignature):
        check_signature(request(secret="sign_other"), SECRET, NOW_US)


@pytest.mark.parametrize("away", [-MOST_SECONDS, 0, MOST_SECONDS])
def test_a_request_of_five_minutes_ago_or_from_now_is_taken(away: int) -> None:
    check_signature(request(at=NOW + away), SECRET, NOW_US)


@pytest.mark.parametrize("away", [-MOST_SECONDS - 1, MOST_SECONDS + 1, -NOW])
def test_a_request_of_more_than_five_minutes_ago_or_from_now_is_refused(away: int) -> None:
    with pytest.raises(SignedAtAnotherTime, match=f"{abs(away)} seconds"):
        check_signature(request(at=NOW + away), SECRET, NOW_US)


def test_the_time_of_a_request_that_nobody_has_signed_is_not_judged() -> None:
    with pytest.raises(WrongSignature):
        check_signature(request(at=0, secret="sign_other"), SECRET, NOW_US)


@pytest.mark.parametrize("changed", [
    {"timestamp": None}, {"timestamp": ""}, {"timestamp": "-1"}, {"timestamp": "1.5"}, {"timestamp": "9" * 13},
    {"timestamp": "٣"}, {"nonce": None}, {"nonce": "short"}, {"nonce": "0123456789 abcdef"}, {"nonce": "x" * 129},
    {"signature": None}, {"signature": "v1=00"}, {"signature": "v2=" + "0" * 64}, {"signature": "v1=" + "A" * 64},
])  # fmt: skip
def test_a_header_that_is_missing_or_of_another_form_is_named(changed) -> None:
    (name,) = changed
    with pytest.raises(NotSigned, match=f"Tessella-{name.title()}"):
        read_signed(PARTS[0], PARTS[1], PARTS[4], headers(**changed))


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_no_two_requests_share_a_signed_text(target: bytes, other: bytes, body: bytes, more: bytes) -> None:
    """Bytes that go over from one part to the next would be a second request for the same signature."""
    target, other = target.replace(b"\n", b""), other.replace(b"\n", b"")
    one = signature(SECRET, "POST", target, NOW, NONCE, body)
    assert (one == signature(SECRET, "POST", other, NOW, NONCE, more)) is ((target, body) == (other, more))
