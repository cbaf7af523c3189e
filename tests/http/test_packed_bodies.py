"""Bodies that were sent as gzip."""

import gzip
import json
import os
import tracemalloc
import zlib

import pytest

from tessella.http.caps import DECISION, DEFINITIONS
from tessella.http.errors import BodyTooLarge, PackedTooMuch, PackingBroken
from tessella.http.unpacking import MOST_RATIO, unpacked

pytestmark = pytest.mark.anyio

BODY = json.dumps({"context": {"ctx.page": "home"}}).encode()
GZIP = {"Content-Encoding": "gzip"}
PACKED = gzip.compress(BODY)
BOMB = gzip.compress(b" " * (10 << 20))


async def test_a_packed_body_means_what_it_means_unpacked(admin):
    plain = await admin.post("/api/v1/decide", content=BODY)
    for encoding in ("gzip", "x-gzip", "GZIP"):
        packed = await admin.post("/api/v1/decide", content=PACKED, headers={"Content-Encoding": encoding})
        assert packed.status_code == plain.status_code == 200
        assert packed.json()["segment_id"] == plain.json()["segment_id"]
    assert (
        await admin.post("/api/v1/decide", content=BODY, headers={"Content-Encoding": "identity"})
    ).status_code == 200


async def test_a_packed_batch_is_taken_as_a_whole(admin):
    event = {"event_type": "buy", "subject_id": "s", "occurred_at": "2026-01-01"}
    events = [{"event_id": f"e{n}", **event} for n in range(500)]
    packed = gzip.compress(json.dumps({"events": events}).encode())
    answer = await admin.post("/api/v1/events", content=packed, headers=GZIP)
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 500


@pytest.mark.parametrize("path", ["/api/v1/decide", "/api/v1/events", "/api/v1/rules/validate", "/api/v1/publish"])
async def test_a_bomb_is_refused(admin, path):
    assert len(BOMB) < 1024 * 11
    answer = await admin.post(path, content=BOMB, headers=GZIP)
    assert answer.status_code == 413
    assert answer.json()["type"] in {"urn:tessella:body-too-large", "urn:tessella:packed-too-much"}


async def test_what_is_unpacked_counts_and_not_what_is_sent(admin):
    body = b'{"subject_id": "' + os.urandom(DECISION.bytes // 2 + 1000).hex().encode() + b'"}'
    packed = gzip.compress(body)
    assert len(packed) < DECISION.bytes < len(body)
    assert (await admin.post("/api/v1/decide", content=packed, headers=GZIP)).status_code == 413


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip, identity", "compress"])
async def test_any_other_packing_is_refused_and_told_which_is_taken(admin, encoding):
    answer = await admin.post("/api/v1/decide", content=PACKED, headers={"Content-Encoding": encoding})
    assert answer.status_code == 415
    assert answer.json()["type"] == "urn:tessella:encoding-unknown"
    assert answer.headers["accept-encoding"] == "gzip"


BROKEN = {
    "plain": BODY,
    "empty": b"",
    "cut off": PACKED[:-9],
    "cut in its head": PACKED[:5],
    "without its check": PACKED[:-4],
    "wrong check": PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:],
    "two members": PACKED + PACKED,
    "more behind": PACKED + b"x",
    "zlib": zlib.compress(BODY),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_no_whole_gzip_is_refused(admin, name):
    answer = await admin.post("/api/v1/decide", content=BROKEN[name], headers=GZIP)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:tessella:packing-broken"


async def test_a_bomb_takes_no_more_memory_than_it_would_if_it_were_accepted():
    for limit, error in ((DECISION.bytes, BodyTooLarge), (DEFINITIONS.bytes, PackedTooMuch)):
        tracemalloc.start()
        with pytest.raises(error):
            await unpacked(BOMB, limit)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 1024 * 1024


@pytest.mark.parametrize("times", [1, 20, MOST_RATIO - 20])
async def test_what_packs_well_is_taken(times):
    line = os.urandom(1000)
    body = line * times
    assert await unpacked(gzip.compress(body), len(body)) == body


async def test_one_byte_more_than_the_limit_is_too_many():
    body = os.urandom(200_000)
    assert await unpacked(gzip.compress(body), len(body)) == body
    with pytest.raises(BodyTooLarge):
        await unpacked(gzip.compress(body), len(body) - 1)
    with pytest.raises(PackingBroken):
        await unpacked(b"", 10)
