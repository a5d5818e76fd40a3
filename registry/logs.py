"""Structured logs: one JSON line each, with request and task ids and without personal data."""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Tokens of links, and whatever a query string holds, never reach a log.
SECRET_PATHS = re.compile(r"/(claim|s|clr|confirm-email|key)/[^/\s?\"]+")
QUERY = re.compile(r"\?[^\s\"]+")
# PostgreSQL quotes the row that broke a rule; exceptions may quote an address.
DETAIL = re.compile(r"(DETAIL: ).*")
ADDRESS = re.compile(r"[^\s\"'<>()=,:;]+@[^\s\"'<>()=,:;]+\.[^\s\"'<>()=,:;]+")


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Take tokens of links, query strings, addresses and quoted rows out of every text of a log line."""
    for key, value in event.items():
        if not isinstance(value, str):
            continue
        if "/" in value:
            value = QUERY.sub("?…", SECRET_PATHS.sub(r"/\1/…", value))
        if "@" in value:
            value = ADDRESS.sub("…@…", value)
        event[key] = DETAIL.sub(r"\1…", value) if "DETAIL: " in value else value
    return event


SHARED_PROCESSORS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    redact,
]

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS[1:],
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": SHARED_PROCESSORS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "pyld": {"level": "ERROR"},
        "pypdf": {"level": "CRITICAL"},  # it quotes bytes of the files that strangers send
        "oauthlib": {"level": "INFO"},  # at DEBUG it writes tokens
        "oauth2_provider": {"level": "INFO"},
    },
}
