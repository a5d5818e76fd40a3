"""Make the exit kit: all that is needed to check what was issued, without this portal."""

import hashlib
import json
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from credentials.documents.dates import instant_text
from credentials.keys.errors import NoActiveKey
from credentials.keys.models import IssuerProfile
from credentials.keys.published import did_document, jwk_bytes
from credentials.leaving import packing, selectors
from credentials.leaving.errors import KitPlaceTaken, NoKeyForFinalLists
from credentials.portable import folder as layout
from credentials.portable import register
from credentials.status.models import StatusList
from credentials.status.services import final_text
from credentials.verification.selectors import extra_contexts
from institution.accounts.models import User
from institution.accounts.services import institution_now
from institution.events.services import record

README = Path(__file__).with_name("README.txt")


def make_kit(place: Path, *, now: datetime) -> dict[str, int]:
    """Write the exit kit to a folder, or to one .zip file; return how many there are of what.

    The register is written first and the final lists after it: what is withdrawn in between is on the
    lists. The audit trail keeps that it was made: final lists were signed. Raises KitPlaceTaken, NoKeyForFinalLists.
    """
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise KitPlaceTaken(place=place.name)
    counts = _write_kit(place, now)
    record("kit.made", actor=User.objects.system(), target=institution_now(), at=now, data=counts)
    return counts


def _write_kit(place: Path, now: datetime) -> dict[str, int]:
    if place.suffix != ".zip":
        place.mkdir(parents=True, exist_ok=True)
        return _fill(place, now)
    with tempfile.TemporaryDirectory(dir=place.parent) as name:
        counts = _fill(Path(name), now)
        half = place.with_name(f".{place.name}.part")
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in _files(Path(name)):
                archive.write(path, f"{place.stem}/{path.relative_to(name).as_posix()}")
        half.rename(place)
    return counts


def _fill(folder: Path, now: datetime) -> dict[str, int]:
    counts = {"credentials": _write_register(folder)}
    issuers = []
    for profile in IssuerProfile.objects.order_by("key"):
        issuers.append(_write_issuer(folder, profile, now))
    counts["issuers"], counts["status_lists"] = len(issuers), sum(one["status_lists"] for one in issuers)
    counts["achievements"] = _write_achievements(folder)
    counts["contexts"] = _write_contexts(folder)
    for name, data in packing.licenses().items():
        _write(folder / layout.LICENSES / name, data)
    packing.pack_verifier(folder / layout.VERIFIER)
    _write_json(
        folder / layout.MANIFEST,
        {
            "format": 1,
            "institution": institution_now().name,
            "origin": settings.ISSUER_ORIGIN,
            "as_of": instant_text(now),
            "issuers": issuers,
            "counts": counts,
        },
    )
    _write(folder / layout.README, _readme(now).encode())
    _write_checksums(folder)
    return counts


def _write_register(folder: Path) -> int:
    with (folder / layout.REGISTER).open("w", encoding="utf-8", newline="") as file:
        return register.write(file, selectors.register_lines())


def _write_issuer(folder: Path, profile: IssuerProfile, now: datetime) -> dict[str, Any]:
    base = folder / layout.WEB / "i" / profile.key
    _write(base / "did.json", did_document(profile))
    _write_json(base / "keys.json", selectors.key_history(profile))
    for key in profile.keys.published().select_related("profile").order_by("kid"):
        _write(base / "keys" / f"{key.kid}.json", jwk_bytes(key))
    lists = StatusList.objects.filter(profile=profile).select_related("profile").defer("document")
    for status_list in lists.order_by("number"):
        try:
            text = final_text(status_list, now=now)
        except NoActiveKey:
            raise NoKeyForFinalLists(issuer=profile.name) from None
        _write(base / "status" / f"{status_list.number}.json", text.encode())
    return {"did": profile.did, "name": profile.name, "url": profile.url, "status_lists": len(lists)}


def _write_achievements(folder: Path) -> int:
    count = 0
    for achievement, number, document, image in selectors.frozen_achievements():
        base = folder / layout.WEB / "a" / str(achievement)
        _write(base / f"{number}.json", document.encode())
        if image:
            _write(base / str(number) / "image.png", image)
        count += 1
    return count


def _write_contexts(folder: Path) -> int:
    texts = packing.context_texts() | {url: text.encode() for url, text in extra_contexts().items()}
    index = {}
    for number, url in enumerate(sorted(texts), 1):
        name = f"{number:02}.json"
        _write(folder / layout.CONTEXTS / name, texts[url])
        index[url] = {"file": name, "sha256": hashlib.sha256(texts[url]).hexdigest()}
    _write_json(folder / layout.CONTEXT_INDEX, index)
    return len(texts)


def _readme(now: datetime) -> str:
    facts = {
        "day": f"{now:%B} {now.day}, {now.year}",
        "institution": institution_now().name,
        "origin": settings.ISSUER_ORIGIN,
    }
    return README.read_text(encoding="utf-8").format_map(facts)


def _write_checksums(folder: Path) -> None:
    lines = [
        f"{layout.file_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)
    ]
    _write(folder / layout.CHECKSUMS, "".join(lines).encode())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write_json(path: Path, value: Any) -> None:
    _write(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
