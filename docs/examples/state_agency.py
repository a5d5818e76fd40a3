"""A state agency follows the catalogue: what changed since the last run becomes lines of a CSV file.

    PORTAL=https://portal.college.example CLIENT_ID=… CLIENT_SECRET=… python state_agency.py changes.csv

Run it as often as you like. Beside the file stands its cursor; each run goes on from there, so that
nothing is read twice and nothing is missed, also after a run that was cut off. Needs: httpx.
"""

import csv
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

COLUMNS = ["at", "action", "id", "code", "title", "kind", "credits", "credit_unit", "org_unit", "version"]


def signed_in(portal: str, client_id: str, secret: str) -> httpx.Client:
    """Return a client that carries a token. The secret goes into a header, never into an address."""
    answer = httpx.post(
        f"{portal}/oauth/token/",
        data={"grant_type": "client_credentials", "scope": "catalog.read"},
        auth=(client_id, secret),
    )
    answer.raise_for_status()
    token = answer.json()["access_token"]
    return httpx.Client(base_url=f"{portal}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30)


def get(api: httpx.Client, url: str, **how: Any) -> httpx.Response:
    """Return an answer; told that it asked too often, wait as long as the portal says and ask again."""
    while (answer := api.get(url, **how)).status_code == 429:
        time.sleep(int(answer.headers["Retry-After"]))
    return answer


def pages(api: httpx.Client, cursor: str) -> Iterator[dict[str, Any]]:
    """Yield pages of changes after a cursor, oldest first."""
    while True:
        answer = get(api, "/changes", params={"page_size": 200} | ({"cursor": cursor} if cursor else {}))
        if answer.status_code == 410:  # the college restored a backup: read everything anew
            raise SystemExit("The cursor is unknown. Delete the two files and run again.")
        answer.raise_for_status()
        page = answer.json()
        yield page
        cursor = page["cursor"]
        if not page["more"]:
            return


def line_of(api: httpx.Client, change: dict[str, Any]) -> dict[str, Any]:
    """Return a change of an offering as one line: what it says now, or only that it is gone."""
    line = {"at": change["at"], "action": change["action"], "id": change["id"]}
    if change["url"] is None:
        return line
    answer = get(api, change["url"])
    if answer.status_code == 404:  # retired since; a later line says so
        return line
    answer.raise_for_status()
    return line | {key: value for key, value in answer.json().items() if key in COLUMNS}


def follow(portal: str, client_id: str, secret: str, target: Path) -> int:
    """Write what is new to the end of the file; return how many lines that were."""
    place = target.with_suffix(".cursor")
    cursor = place.read_text() if place.exists() else ""
    written = 0
    with signed_in(portal, client_id, secret) as api, target.open("a", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS, restval="")
        if file.tell() == 0:
            table.writeheader()
        for page in pages(api, cursor):
            lines = [line_of(api, change) for change in page["results"] if change["type"] == "offering"]
            table.writerows(lines)
            file.flush()
            place.write_text(page["cursor"])  # after the lines: cut off here, a page is read again
            written += len(lines)
    return written


if __name__ == "__main__":
    count = follow(
        os.environ["PORTAL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], Path(sys.argv[1])
    )
    print(f"{count} changes of offerings")
