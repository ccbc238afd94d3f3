#!/usr/bin/python3
"""Random documents from Debian's python3-bson, against which our codec is held.

write <folder> <count>   docs.bson, canonical.jsonl, relaxed.jsonl and decimals.txt
check <folder>           that ours-canonical.jsonl and ours-relaxed.jsonl say the same as docs.bson
"""

import datetime
import json
import random
import struct
import sys
import uuid

import bson
from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp, json_util
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions
from bson.json_util import JSONMode, JSONOptions
from bson.son import SON

CODEC = CodecOptions(SON, tz_aware=True, uuid_representation=UuidRepresentation.UNSPECIFIED)


def options(mode):
    return JSONOptions(
        json_mode=mode, document_class=SON, tz_aware=True, uuid_representation=UuidRepresentation.UNSPECIFIED
    )


CANONICAL, RELAXED = options(JSONMode.CANONICAL), options(JSONMode.RELAXED)
ALPHABET = "abc xyz:./\\\"'{}[]$é汉\U0001F469\u202e\u0301\t\n"
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def text(r):
    return "".join(r.choice(ALPHABET) for _ in range(r.choice([0, 1, 5, 20, 300])))


def name(r):
    return "".join(r.choice("abcdefgéñ汉 .-_") for _ in range(r.randint(0, 8)))


def decimal(r):
    digits = str(r.randint(0, 10 ** r.choice([1, 3, 17, 34]) - 1))
    return Decimal128("%s%sE%d" % (r.choice(["", "-"]), digits, r.choice([0, -2, 3, -6000, 6000, r.randint(-40, 40)])))


def value(r, depth):
    makers = [
        lambda: r.choice([0.0, -0.0, 1.0, 0.1, -1.5e-300, 1.7976931348623157e308, 5e-324, 1e21, 123456789.0]),
        lambda: r.uniform(-1e9, 1e9),
        lambda: r.choice([float("inf"), float("-inf"), float("nan")]),
        lambda: text(r),
        lambda: bytes(r.getrandbits(8) for _ in range(r.choice([0, 1, 40]))),
        lambda: Binary(bytes(r.getrandbits(8) for _ in range(r.randint(0, 9))), r.choice([1, 2, 5, 6, 128, 255])),
        lambda: Binary(uuid.UUID(int=r.getrandbits(128)).bytes, r.choice([3, 4])),
        lambda: ObjectId(bytes(r.getrandbits(8) for _ in range(12))),
        lambda: r.random() < 0.5,
        lambda: EPOCH + datetime.timedelta(milliseconds=r.randint(-62135596800000, 253402300799999)),
        lambda: EPOCH + datetime.timedelta(milliseconds=r.choice([0, 1, -1, 999, 1000, 253402300799999])),
        lambda: None,
        lambda: Regex(text(r).replace("\0", ""), "".join(sorted(r.sample("imsx", r.randint(0, 4))))),
        lambda: Code(text(r)),
        lambda: Code(text(r), document(r, depth + 2)),
        lambda: r.choice([0, 1, -1, 2**31 - 1, -(2**31), r.randint(-(2**31), 2**31 - 1)]),
        lambda: Int64(r.choice([0, 1, -1, 2**63 - 1, -(2**63), r.randint(-(2**63), 2**63 - 1)])),
        lambda: Timestamp(r.getrandbits(32), r.getrandbits(32)),
        lambda: decimal(r),
        lambda: MinKey(),
        lambda: MaxKey(),
    ]
    if depth < 5:
        makers += [lambda: document(r, depth + 1), lambda: [value(r, depth + 1) for _ in range(r.randint(0, 12))]] * 2
    return r.choice(makers)()


def document(r, depth=0):
    return SON((name(r), value(r, depth)) for _ in range(r.randint(0, 9 if depth == 0 else 4)))


def write(folder, count):
    r = random.Random(20260203)
    with open(folder + "/docs.bson", "wb") as docs, open(folder + "/canonical.jsonl", "w") as canonical, open(
        folder + "/relaxed.jsonl", "w"
    ) as relaxed:
        for _ in range(count):
            made = document(r)
            docs.write(bson.encode(made, codec_options=CODEC))
            canonical.write(json_util.dumps(made, json_options=CANONICAL) + "\n")
            relaxed.write(json_util.dumps(made, json_options=RELAXED) + "\n")
    with open(folder + "/decimals.txt", "w") as decimals:
        for _ in range(count):
            # Any sixteen bytes are a number, most of them far out.
            high = r.getrandbits(64) if r.random() < 0.7 else 0x3040000000000000 + r.getrandbits(12) * 2**49
            bits = struct.pack("<QQ", r.getrandbits(r.choice([4, 40, 64])), high % 2**64)
            if high >> 61 & 3 != 3 and (high % 2**49 << 64) + int.from_bytes(bits[:8], "little") >= 10**34:
                # More than 34 digits: no decimal that anybody writes. It counts as zero; Python shows it all the same.
                bits = Decimal128("0E-7").bid
            shown = str(Decimal128.from_bid(bits))
            decimals.write("%s %s %s\n" % (bits.hex(), shown, Decimal128(shown).bid.hex()))


def read(folder):
    data = open(folder + "/docs.bson", "rb").read()
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        yield data[at : at + size]
        at += size


def check(folder):
    ours = zip(read(folder), open(folder + "/ours-canonical.jsonl"), open(folder + "/ours-relaxed.jsonl"))
    relaxed = open(folder + "/relaxed.jsonl")
    count = 0
    for raw, ours_canonical, ours_relaxed in ours:
        again = bson.encode(json_util.loads(ours_canonical, json_options=CANONICAL), codec_options=CODEC)
        assert again == raw, (count, "canonical", ours_canonical, raw)
        theirs = json.loads(relaxed.readline(), object_pairs_hook=list)
        mine = json.loads(ours_relaxed, object_pairs_hook=list)
        assert repr(mine) == repr(theirs), (count, "relaxed", mine, theirs)
        count += 1
    print(count)


if sys.argv[1] == "write":
    write(sys.argv[2], int(sys.argv[3]))
else:
    check(sys.argv[2])
