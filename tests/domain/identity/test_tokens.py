"""Tokens: which are believed, and that no trick with their header is."""

import base64
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.errors.identity import InvalidToken, UnknownSigner
from tessella.domain.identifiers import Role
from tessella.domain.identity.tokens.keys import (
    KeysUnreadable,
    TokenKeys,
    joined,
    keys_of_pem,
    keys_of_secrets,
    keys_of_set,
)
from tessella.domain.identity.tokens.proof import TOKEN_MAX_LENGTH, read_token
from tests.tokens import (
    AUDIENCE,
    NOW,
    NOW_US,
    SECRET,
    Signer,
    by_hand,
    claims,
    ec_signer,
    hmac_signer,
    key_set,
    rsa_signer,
    rules,
)

SECRETS = keys_of_secrets([SECRET])


def keys() -> TokenKeys:
    return joined([keys_of_set(key_set(rsa_signer(), ec_signer())), SECRETS])


def problem_of(token: str, known: TokenKeys | None = None, **changed: object) -> str:
    with pytest.raises(InvalidToken) as refused:
        read_token(token, keys() if known is None else known, rules(**changed), NOW_US)
    return refused.value.problem


@pytest.mark.parametrize("make", [rsa_signer, ec_signer, hmac_signer])
def test_a_token_of_each_algorithm_names_namespace_role_and_subject_until_its_end(make) -> None:
    bearer = read_token(make().token(), keys(), rules(), NOW_US)
    assert (bearer.namespace, bearer.role, bearer.subject_id) == ("shop", Role.CLIENT, "h1")
    assert bearer.until == (NOW + 600 + 10) * 1_000_000


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "HS512", "PS256", None, ["HS256"], {"a": 1}])
def test_an_algorithm_that_is_not_allowed_is_refused_before_any_key_is_tried(algorithm) -> None:
    for signature in (b"", hmac.digest(SECRET.encode(), b"x", "sha256")):
        assert problem_of(by_hand({"alg": algorithm, "typ": "JWT"}, claims(), signature)) in (
            "its algorithm (alg) is not allowed", "it is no JSON Web Token",
        )  # fmt: skip


def test_an_algorithm_is_only_allowed_where_the_setting_lists_it() -> None:
    assert problem_of(hmac_signer().token(), algorithms=frozenset({"RS256"})) == "its algorithm (alg) is not allowed"


@pytest.mark.parametrize("make", [rsa_signer, ec_signer])
@pytest.mark.parametrize("known", ["pem", "set"])
def test_a_public_key_is_never_taken_for_a_secret(make, known) -> None:
    """Key confusion: whoever knows the public key signs HS256 with its text."""
    signer = make()
    held = keys_of_pem(signer.pem()) if known == "pem" else keys_of_set(key_set(signer))
    for text in (signer.pem(), signer.pem().strip(), json.dumps(signer.jwk())):
        head = by_hand({"alg": "HS256", "kid": signer.kid}, claims()).rpartition(".")[0]
        forged = by_hand(
            {"alg": "HS256", "kid": signer.kid}, claims(), hmac.digest(text.encode(), head.encode(), "sha256")
        )
        assert problem_of(forged, held) == "no key that it could be signed with is known"
        assert problem_of(forged, joined([held, SECRETS])) == "its signature is not proved"


def test_a_key_of_one_algorithm_proves_no_token_of_another() -> None:
    swapped = ec_signer().token(kid="rsa-1")
    assert problem_of(swapped) == "no key that it could be signed with is known"


def test_a_kid_that_is_not_known_is_refused_as_such_so_that_keys_can_be_read_again() -> None:
    for kid in ("rsa-2", "../../etc/passwd", "' OR 1=1 --", "https://evil.example/jwks"):
        with pytest.raises(UnknownSigner):
            read_token(rsa_signer().token(kid=kid), keys(), rules(), NOW_US)


def test_a_token_without_kid_is_of_the_only_key_of_its_algorithm_or_of_none() -> None:
    two = keys_of_set(key_set(rsa_signer(), rsa_signer("rsa-2")))
    unnamed = Signer("RS256", rsa_signer().key).token()
    assert read_token(unnamed, keys(), rules(), NOW_US).subject_id == "h1"
    assert problem_of(unnamed, two) == "no key that it could be signed with is known"


def test_a_key_without_a_name_proves_tokens_whatever_kid_they_say() -> None:
    assert read_token(rsa_signer().token(), keys_of_pem(rsa_signer().pem()), rules(), NOW_US)


def test_where_a_header_points_to_is_not_looked_at() -> None:
    own = Signer("ES256", ec.generate_private_key(ec.SECP256R1()), "ec-1")
    for header in ({"jwk": own.jwk()}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil.example/c"}):
        assert problem_of(own.token(**header)) == "its signature is not proved"
        assert read_token(ec_signer().token(**header), keys(), rules(), NOW_US).subject_id == "h1"


@pytest.mark.parametrize("header", [{"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"b64": False}, {"crit": []}])
def test_a_header_that_asks_for_more_is_refused(header) -> None:
    head = {"alg": "HS256", **header}
    signed = by_hand(head, claims()).rpartition(".")[0]
    token = by_hand(head, claims(), hmac.digest(SECRET.encode(), signed.encode(), "sha256"))
    assert problem_of(token) in ("it asks for what is not understood (crit)", "it is no JSON Web Token")


def test_a_token_with_any_part_changed_is_refused() -> None:
    for signer in (rsa_signer(), ec_signer(), hmac_signer()):
        head, said, signature = signer.token().split(".")
        other = signer.token(claims(role="superadmin")).split(".")[1]
        bent = ("A" if signature[10] != "A" else "B").join((signature[:10], signature[11:]))
        for forged in (f"{head}.{other}.{signature}", f"{head}.{said}.{bent}", f"{head}.{said}."):
            assert problem_of(forged) == "its signature is not proved"


def test_es256_takes_no_signature_of_zeros() -> None:
    head, said, _ = ec_signer().token().split(".")
    assert problem_of(f"{head}.{said}.{'A' * 86}") == "its signature is not proved"


@pytest.mark.parametrize(("changed", "problem"), [
    ({"exp": NOW - 10}, "it has expired (exp)"),
    ({"exp": None}, "it has no time exp"),
    ({"exp": "2030"}, "it has no time exp"),
    ({"exp": True}, "it has no time exp"),
    ({"exp": 1e300}, "it has no time exp"),
    ({"exp": NOW + 86_401}, "it is valid for longer than 86400 seconds"),
    ({"iat": None}, "it has no time iat"),
    ({"iat": NOW + 11}, "it is issued in the future (iat)"),
    ({"nbf": NOW + 11}, "it is not valid yet (nbf)"),
    ({"nbf": "soon"}, "it has no time nbf"),
    ({"iss": "https://other.example"}, "its issuer (iss) is another"),
    ({"iss": None}, "its issuer (iss) is another"),
    ({"iss": ["https://login.example"]}, "its issuer (iss) is another"),
    ({"aud": "other"}, "it is for another audience (aud)"),
    ({"aud": ["other", "more"]}, "it is for another audience (aud)"),
    ({"aud": None}, "it is for another audience (aud)"),
    ({"aud": {"tessella": 1}}, "it is for another audience (aud)"),
    ({"sub": None}, "it has no subject (sub) of 1 to 256 characters"),
    ({"sub": ""}, "it has no subject (sub) of 1 to 256 characters"),
    ({"sub": "x" * 257}, "it has no subject (sub) of 1 to 256 characters"),
    ({"sub": "a\0b"}, "it has no subject (sub) of 1 to 256 characters"),
    ({"role": "owner"}, "it names no role of ours (role)"),
    ({"role": "system"}, "it names no role of ours (role)"),
    ({"role": ["admin"]}, "it names no role of ours (role)"),
    ({"role": None}, "it names no role of ours (role)"),
    ({"namespace": "Shop!"}, "it names no namespace (namespace)"),
    ({"namespace": None}, "it names no namespace (namespace)"),
])  # fmt: skip
def test_a_claim_that_is_missing_or_wrong_is_named(changed, problem) -> None:
    said = {**claims(), **changed}
    payload = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    assert problem_of(jwt.PyJWS().encode(payload, SECRET, "HS256")) == problem


@pytest.mark.parametrize("changed", [
    {"exp": NOW - 9}, {"iat": NOW + 10}, {"nbf": NOW + 10}, {"exp": NOW + 86_400}, {"aud": ["other", AUDIENCE]},
    {"exp": NOW + 0.5},
])  # fmt: skip
def test_a_claim_at_its_limit_is_accepted(changed) -> None:
    payload = json.dumps(claims(**changed)).encode()
    assert read_token(jwt.PyJWS().encode(payload, SECRET, "HS256"), keys(), rules(), NOW_US).subject_id == "h1"


def test_other_names_of_claims_and_a_namespace_of_all_tokens_can_be_set() -> None:
    said = claims(role=None, namespace=None) | {"https://x.example/role": "admin"}
    token = hmac_signer().token(said)
    bearer = read_token(token, keys(), rules(role_claim="https://x.example/role", namespace="shop"), NOW_US)
    assert (bearer.namespace, bearer.role) == ("shop", Role.ADMIN)


@pytest.mark.parametrize("text", [
    "", ".", "..", "a.b.c", "x" * (TOKEN_MAX_LENGTH + 1), "é.é.é", "=.=.=", "\0", "eyJhbGciOiJIUzI1NiJ9",
    by_hand({"alg": "HS256"}, {}) + ".x", jwt.PyJWS().encode(b"[1]", SECRET, "HS256"),
    jwt.PyJWS().encode(b"NaN", SECRET, "HS256"), jwt.PyJWS().encode(b'{"exp": NaN}', SECRET, "HS256"),
])  # fmt: skip
def test_what_is_no_token_is_refused(text) -> None:
    assert problem_of(text)


def test_a_header_of_thousands_of_brackets_is_refused() -> None:
    head = base64.urlsafe_b64encode(b"[" * 6000).rstrip(b"=").decode()
    assert problem_of(f"{head}.e30.AAAA"[:TOKEN_MAX_LENGTH]) == "it is no JSON Web Token"


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(InvalidToken):
        read_token(text, SECRETS, rules(), NOW_US)


def test_a_set_keeps_what_proves_signatures_and_leaves_out_the_rest() -> None:
    written = [
        rsa_signer().jwk(), ec_signer().jwk(use="enc", kid="enc"), ec_signer().jwk(alg="ES384", kid="384"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "oct", "alg": "HS256"}, {"kty": "OKP", "crv": "Ed25519", "kid": "okp"},
        {"kty": "RSA", "kid": "torn"}, "no key", 7, rsa_signer("weak", 1024).jwk(),
    ]  # fmt: skip
    found = keys_of_set(json.dumps({"keys": written}).encode())
    assert (set(found.named), found.unnamed) == ({"rsa-1"}, [])
    assert keys_of_set(b'{"keys": []}') == TokenKeys({}, [])


@pytest.mark.parametrize(
    "content", [b"", b"no", b"[]", b"{}", b'{"keys": {}}', b'{"keys": [%s]}' % b",".join([b"1"] * 101), b"\xff"]
)
def test_what_is_no_set_of_keys_is_not_read(content) -> None:
    with pytest.raises(KeysUnreadable):
        keys_of_set(content)


@pytest.mark.parametrize("text", ["", "secret", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_what_is_no_public_key_is_not_read(text) -> None:
    with pytest.raises(KeysUnreadable):
        keys_of_pem(text)


def test_keys_that_are_too_weak_are_not_read() -> None:
    with pytest.raises(KeysUnreadable, match="2048"):
        keys_of_pem(rsa_signer("weak", 1024).pem())
    with pytest.raises(KeysUnreadable, match="32 bytes"):
        keys_of_secrets(["x" * 31])


def test_several_public_keys_may_stand_in_one_text() -> None:
    held = keys_of_pem(rsa_signer().pem() + "\n" + ec_signer().pem())
    for signer in (rsa_signer(), ec_signer()):
        assert read_token(signer.token(), held, rules(), NOW_US)


def test_a_key_is_not_shown() -> None:
    assert SECRET not in repr(SECRETS)
