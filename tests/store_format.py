"""Reads what memofn keeps in a store, and computes under which key.

It is the description in docs/store_format.md as a program, for other languages to look at, and the check that
the description is right: `python3 tests/store_format.py` compares it with the examples that the Rust side writes.
Needs msgpack from PyPI.

    python3 tests/store_format.py key PREFIX '["tea", 7]'   the key of a call, by memofn::store::key_prefix
    python3 tests/store_format.py read HEX                  what a value is
"""

import hashlib
import hmac
import json
import pathlib
import struct
import sys

import msgpack

HEADER = struct.Struct("<2sBBQIQQ8s16sI")
CLAIM, NEGATIVE, TAGGED = 1, 2, 4
SOME = 1


def pack(value):
    """The canonical bytes of an argument: the entries of maps stand in the order of their keys' bytes."""
    if isinstance(value, dict):
        entries = sorted((pack(key), pack(entry)) for key, entry in value.items())
        return msgpack.Packer().pack_map_header(len(entries)) + b"".join(k + v for k, v in entries)
    if isinstance(value, (list, tuple)):
        return msgpack.Packer().pack_array_header(len(value)) + b"".join(map(pack, value))
    return msgpack.packb(value, use_bin_type=True)


def fingerprint(name, signature, instance="", version=0, form="value"):
    text = f"memofn 1\nmsgpack {form}\n{name}\n{version}\n{signature}\n{instance}\n"
    return hashlib.sha256(text.encode()).digest()[:8]


def plain(name, longest):
    """A name as it stands in a key."""
    good = "".join(c if c.isascii() and (c.isalnum() or c in "_.-") else "_" for c in name.replace("::", "."))
    if len(good) <= longest:
        return good
    return good[: longest - 17] + "-" + hashlib.sha256(name.encode()).digest()[:8].hex()


def prefix(namespace, name, fingerprint):
    longest = 250 - len(namespace) - 16 - 3 - 32
    return f"{namespace}:{plain(name, longest)}:{fingerprint.hex()}:"


def key(prefix, arguments):
    return prefix + hashlib.sha256(pack(arguments)).digest()[:16].hex()


def read(value, key=None, secret=None):
    """What a value says, and its result. Raises ValueError where it is none."""
    if secret is not None:
        signed, tag = value[:-32], value[-32:]
        right = hmac.new(secret, key.encode() + b"\0" + signed, hashlib.sha256).digest()
        if not hmac.compare_digest(tag, right):
            raise ValueError("the tag is wrong")
    if len(value) < HEADER.size:
        raise ValueError("too short")
    magic, version, flags, created, cost, ttl, epoch, of, second, length = HEADER.unpack_from(value)
    if magic != b"MM" or version != 1 or flags & ~(CLAIM | NEGATIVE | TAGGED):
        raise ValueError("not of this version")
    if secret is not None and not flags & TAGGED:
        raise ValueError("no tag")
    payload = value[HEADER.size : len(value) - (32 if flags & TAGGED else 0)]
    if len(payload) != length:
        raise ValueError("another length")
    claim = bool(flags & CLAIM)
    return {
        "claim": claim,
        "negative": bool(flags & NEGATIVE),
        "created": created,
        "cost": cost,
        "ttl": ttl,
        "epoch": epoch,
        "fingerprint": of,
        "second": second,
        "result": None if claim else result(payload),
    }


def result(payload):
    """The result. A `Some` around what might be taken for a `None` is an extension; here it is what is in it."""

    def some(code, data):
        if code != SOME:
            raise ValueError("an unknown extension")
        return result(data)

    return msgpack.unpackb(payload, raw=False, strict_map_key=False, ext_hook=some)


def check(vector):
    of = fingerprint(
        vector["name"], vector["signature"], vector["instance"], vector["version"], vector["form"]
    )
    assert pack(vector["arguments"]).hex() == vector["arguments_bytes"], vector["name"]
    assert key(prefix("memo", vector["name"], of), vector["arguments"]) == vector["key"], vector["name"]
    secret = vector["secret"] and bytes.fromhex(vector["secret"])
    value = bytes.fromhex(vector["value_bytes"])
    told = read(value, vector["key"], secret)
    for field in ("created", "cost", "ttl", "negative", "result"):
        assert told[field] == vector[field], (vector["name"], field, told[field])
    assert told["epoch"] == int(vector["epoch"], 16)
    assert told["fingerprint"] == of
    assert told["second"] == hashlib.sha256(pack(vector["arguments"])).digest()[16:]
    assert not told["claim"]
    assert read(bytes.fromhex(vector["claim_bytes"]), vector["key"], secret)["claim"]
    wrong = [value[:-1], value + b"x", b"", value[:60], b"XX" + value[2:]]
    if secret:
        wrong += [value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in range(len(value))]
    for bytes_ in wrong:
        try:
            read(bytes_, vector["key"], secret)
        except (ValueError, msgpack.UnpackException):
            continue
        raise AssertionError((vector["name"], bytes_))


def main(arguments):
    match arguments:
        case []:
            here = pathlib.Path(__file__).resolve().parent
            file = here.parent / "memo-runtime" / "src" / "store" / "vectors.json"
            vectors = json.loads(file.read_text(encoding="utf-8"))
            assert len(vectors) >= 4
            for vector in vectors:
                check(vector)
            print(f"{len(vectors)} examples of keys and values are read as they were written")
        case ["key", prefix_, arguments_]:
            print(key(prefix_, json.loads(arguments_)))
        case ["read", value]:
            print(read(bytes.fromhex(value)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
