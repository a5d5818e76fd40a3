"""What strangers read: the signed list, the very text that was signed."""

from credentials.status.models import StatusList

LIST_TYPE = "application/vc"


def status_list_bytes(status_list: StatusList) -> bytes:
    """Return the signed list as served at its address."""
    return status_list.document.encode()
