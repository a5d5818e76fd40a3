"""Bitstring Status List v1.0: the entry in a credential, and the list itself."""

import re
from typing import Any

from credentials.documents.vocabulary import REVOCATION_LIST_TYPE, STATUS_PURPOSES
from credentials.lint.findings import Path, Report
from credentials.lint.kinds import uri

_INDEX = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z")
_ENCODED = re.compile(r"u[A-Za-z0-9_-]+\Z")


def check_status_entry(report: Report, entry: dict[str, Any], path: Path) -> None:
    """Check one credentialStatus of a kind we know; others are left alone."""
    kind = entry.get("type")
    kinds = kind if type(kind) is list else [kind]
    if REVOCATION_LIST_TYPE in kinds:
        uri(report, entry.get("id"), (path, "id"))
    if "BitstringStatusListEntry" not in kinds:
        return
    index, url = entry.get("statusListIndex"), entry.get("statusListCredential")
    if type(index) is not str or _INDEX.match(index) is None:
        report.should((path, "statusListIndex"), "status-index", "The index is text: a whole number from 0.")
    uri(report, url, (path, "statusListCredential"))
    if url is not None and entry.get("id") == url:
        report.should((path, "id"), "status-id", "The entry's id must not be the list's address.")
    _check_purpose(report, entry.get("statusPurpose"), (path, "statusPurpose"))
    _check_messages(report, entry, path)


def check_status_list(report: Report, document: dict[str, Any], path: Path) -> None:
    """Check the subject of a BitstringStatusListCredential."""
    here: Path = (path, "credentialSubject")
    subject = document.get("credentialSubject")
    if type(subject) is not dict:
        report.should(here, "not-object", "A status list has one subject.")
        return
    kind = subject.get("type")
    if "BitstringStatusList" not in (kind if type(kind) is list else [kind]):
        report.should((here, "type"), "type-missing", "The type must be BitstringStatusList.")
    purposes = subject.get("statusPurpose")
    for one in purposes if type(purposes) is list and purposes else [purposes]:
        _check_purpose(report, one, (here, "statusPurpose"))
    encoded, ttl = subject.get("encodedList"), subject.get("ttl")
    if type(encoded) is not str or _ENCODED.match(encoded) is None:
        report.should((here, "encodedList"), "encoded-list", "The list is written as u and base64url.")
    if ttl is not None and (type(ttl) is not int or ttl < 0):
        report.should((here, "ttl"), "not-number", "The time to live is whole milliseconds.")
    if report.strict and "id" not in document:
        report.should(path, "member-missing", "A status list needs id.")


def _check_purpose(report: Report, value: Any, path: Path) -> None:
    if type(value) is not str or not value:
        report.should(path, "status-purpose", "A purpose is needed.")
    elif value not in STATUS_PURPOSES:
        report.should(path, "not-in-list", "The purpose is not in the standard's list.")


def _check_messages(report: Report, entry: dict[str, Any], path: Path) -> None:
    size, messages = entry.get("statusSize", 1), entry.get("statusMessage")
    if type(size) is not int or not 1 <= size <= 16:
        report.should((path, "statusSize"), "status-size", "The size is a small whole number.")
        return
    if messages is None:
        if size > 1 or entry.get("statusPurpose") == "message":
            report.should(path, "member-missing", "Every value of a status needs its message.")
    elif type(messages) is not list or len(messages) != 2**size:
        report.should((path, "statusMessage"), "status-messages", "There is one message for each value.")
