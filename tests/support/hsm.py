"""A real PKCS#11 token in a folder of its own: SoftHSM2, which `./run test` installs."""

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
TOKEN, PIN = "registry-tests", "7391-secret-pin"


def module() -> str:
    """Return the path of SoftHSM2's library."""
    given = os.environ.get("SOFTHSM2_MODULE", "")
    found = [path for path in (given, *MODULES) if path and Path(path).exists()]
    assert found, "SoftHSM2 is missing: install the package softhsm2, or set SOFTHSM2_MODULE."
    return found[0]


@cache
def make_token() -> dict[str, str]:
    """Make a token once for this process, and return the settings that name it."""
    home = Path(tempfile.mkdtemp(prefix="softhsm-"))
    (home / "tokens").mkdir()
    (home / "softhsm2.conf").write_text(f"directories.tokendir = {home / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(home / "softhsm2.conf")
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", "9" * 8],
        check=True,
        capture_output=True,
    )
    return {"PKCS11_MODULE": module(), "PKCS11_TOKEN": TOKEN, "PKCS11_PIN": PIN}
