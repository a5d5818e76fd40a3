"""What a thief of the whole database, of all logs and of all that commands print has in hand: no key."""

import base64
import logging
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.core.management import call_command
from django.db import connection

from credentials.keys import services
from credentials.keys.models import SigningKey
from credentials.keys.sealing import unseal, unwrap
from credentials.keys.signers import _opened
from credentials.proofs.multibase import base58_encode
from tests.credentials.issuing.samples import lay_issuer, make_released
from tests.credentials.keys.samples import NOW, make_key

KEK_1, KEK_2 = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI", "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY"


def secrets_of(key: SigningKey) -> dict[str, bytes]:
    """Return every secret behind a row: the data key, the private key's DER, and its numbers."""
    der = unseal(bytes(key.sealed), bytes(key.wrapped_key), key.wrapped_by, key.pk)
    found = {"data key": unwrap(bytes(key.wrapped_key), key.wrapped_by, key.pk), "der": der}
    private = serialization.load_der_private_key(der, password=None)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        found["seed"] = private.private_bytes_raw()
    elif isinstance(private, ec.EllipticCurvePrivateKey):
        found["d"] = private.private_numbers().private_value.to_bytes(32, "big")
    elif isinstance(private, rsa.RSAPrivateKey):
        numbers = private.private_numbers()
        found |= {name: getattr(numbers, name).to_bytes(256, "big").lstrip(b"\0") for name in "dpq"}
    return found


def spellings(secret: bytes) -> set[str]:
    """Return how a secret could stand in a text."""
    texts = {secret.hex(), secret.hex().upper(), repr(secret)[2:-1], str(int.from_bytes(secret, "big"))}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        texts |= {
            encode(secret[start:]).decode().rstrip("=")[:-2] for start in range(3)
        }  # inside longer data
    return texts | {base58_encode(secret), base64.b16encode(secret).decode()}


def whole_database() -> str:
    """Return every row of every table as text; binary columns show as hex."""
    texts = []
    with connection.cursor() as cursor:
        cursor.execute("select quote_ident(schemaname)||'.'||quote_ident(tablename) from pg_tables "
                       "where schemaname not in ('pg_catalog', 'information_schema')")  # fmt: skip
        for (table,) in cursor.fetchall():
            cursor.execute(f"select string_agg(t::text, E'\\n') from {table} t")
            texts.append(cursor.fetchone()[0] or "")
    return "\n".join(texts)


@pytest.fixture
def stolen(college, settings, caplog, capfd):
    """A life of keys, seen by the logs at their most talkative; (secrets, dump, logs)."""
    caplog.set_level(logging.DEBUG)
    settings.KEY_ENCRYPTION_KEYS = [KEK_1]
    lay_issuer(college)
    make_released(college)
    keys = [college.key]
    keys += [make_key(college, college.profile, kind="rsa2048", purpose="jwt")]
    services.retire_key(keys[1], actor=college.administrator, now=NOW)
    keys += [make_key(college, college.profile, kind="p256", purpose="jwt")]
    secrets = {
        f"{key.kind} {name}": value
        for key in SigningKey.objects.filter(pk__in=[k.pk for k in keys])
        for name, value in secrets_of(key).items()
    }
    secrets |= {f"KEK {n}": base64.urlsafe_b64decode(kek + "=") for n, kek in enumerate((KEK_1, KEK_2))}
    settings.KEY_ENCRYPTION_KEYS = [KEK_2, KEK_1]
    call_command("rewrap_keys", email=college.administrator.email)
    call_command("export_public_keys")
    call_command("rotate_key", profile=college.profile.key, email=college.administrator.email)
    _opened.clear()
    dump = whole_database()
    services.mark_compromised(keys[0], actor=college.administrator, now=NOW + timedelta(days=1))
    captured = capfd.readouterr()
    return secrets, dump, caplog.text + captured.out + captured.err


def test_the_dump_holds_the_rows_of_the_keys(stolen):
    _secrets, dump, logs = stolen
    for key in SigningKey.objects.exclude(public_key=b""):
        assert bytes(key.public_key).hex() in dump
    assert "wrapped anew" in logs


def test_no_secret_stands_in_the_dump_or_the_logs(stolen):
    secrets, dump, logs = stolen
    assert len(secrets) == 13
    leaks = [
        (name, place)
        for name, secret in secrets.items()
        for text in spellings(secret)
        for place, whole in (("database", dump), ("logs", logs))
        if text in whole
    ]
    assert leaks == []
    assert "PRIVATE KEY" not in dump + logs


def test_the_search_would_find_a_leak():
    secret = bytes(range(32))
    pem = base64.encodebytes(b"\x30\x2e" + secret).decode().replace("\n", "")
    for leaked in (secret.hex(), pem, str(int.from_bytes(secret, "big")), base58_encode(secret)):
        assert any(text in f"noise {leaked} noise" for text in spellings(secret))
