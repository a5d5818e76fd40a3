"""An employer checks what an applicant shared: one link in, one line for each credential out.

    python employer_check.py https://portal.college.example/s/…/

Reads the link's `.json`, then asks a verifier about each signed credential in it. By default that is the
portal of the link; with VERIFIER=https://… any other portal of this kind, so that nobody has to take the
issuer's own word. Needs no account. Needs: httpx.
"""

import os
import sys
from typing import Any
from urllib.parse import urlsplit

import httpx


def shared(link: str) -> list[dict[str, Any]]:
    """Return the signed credentials behind a share link."""
    url = f"{link.rstrip('/')}.json"
    passphrase = os.environ.get("PASSPHRASE")  # goes into the body, never into the address
    answer = httpx.post(url, data={"passphrase": passphrase}) if passphrase else httpx.get(url)
    if answer.is_error:
        raise SystemExit(answer.json()["detail"])
    found = answer.json()
    documents: list[dict[str, Any]] = found.get("credentials", [found])
    return documents


def checked(verifier: str, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one report for each credential, in their order."""
    answer = httpx.post(f"{verifier}/api/v1/credentials/verify", json={"documents": documents}, timeout=60)
    if answer.is_error:
        problem = answer.json()
        raise SystemExit(f"{problem['title']} ({problem['type']})")
    reports: list[dict[str, Any]] = answer.json()["results"]
    return reports


def main(link: str) -> int:
    """Print what each credential is worth; return 0 only if all of them hold."""
    parts = urlsplit(link)
    verifier = os.environ.get("VERIFIER", f"{parts.scheme}://{parts.netloc}")
    documents = shared(link)
    reports = checked(verifier, documents)
    for document, report in zip(documents, reports, strict=True):
        name = document.get("credentialSubject", {}).get("achievement", {}).get("name", "?")
        print(
            f"{'holds' if report['ok'] else 'CHECK'}  {name}: {report['answer']} {report['advice']}".strip()
        )
    return 0 if documents and all(report["ok"] for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
