"""Fetch the browser files we ship (NHS design system, htmx) from npm and fit them to our rules.

Run `python static/vendor.py` after changing a version here; commit what changes. The NHS.UK frontend version must
stay the pair of the Python package nhsuk-frontend-jinja (its compatibility table names the pair).
The outside fonts are taken out (licensed, and forbidden by our content security policy), image paths become relative,
and no NHS logo or favicon is kept: the identity is a trade mark with its own rules.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
NHSUK = "10.6.1"
HTMX = "2.0.11"
ICONS = ("arrow-down", "arrow-up", "arrow-up-down", "cross")


def main() -> None:
    """Download both packages and write the files under static/."""
    with tempfile.TemporaryDirectory() as scratch:
        vendor_nhsuk(unpack(f"nhsuk-frontend@{NHSUK}", Path(scratch) / "nhsuk"))
        vendor_htmx(unpack(f"htmx.org@{HTMX}", Path(scratch) / "htmx"))


def unpack(package: str, into: Path) -> Path:
    """The unpacked folder of one npm package."""
    into.mkdir()
    subprocess.run(["npm", "pack", "--silent", package], cwd=into, check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607
    with tarfile.open(next(into.glob("*.tgz"))) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


def vendor_nhsuk(package: Path) -> None:
    """Write the patched style sheet, the module and the four icons the style sheet names."""
    dist = package / "dist" / "nhsuk"
    home = HERE / f"nhsuk-frontend-{NHSUK}"
    shutil.rmtree(home, ignore_errors=True)
    (home / "assets" / "images").mkdir(parents=True)
    (home / "nhsuk-frontend.min.css").write_text(patched_css((dist / "nhsuk-frontend.min.css").read_text()))
    (home / "nhsuk-frontend.min.js").write_text(without_source_map((dist / "nhsuk-frontend.min.js").read_text()))
    for icon in ICONS:
        name = f"nhsuk-icon-{icon}.svg"
        shutil.copyfile(dist / "assets" / "images" / name, home / "assets" / "images" / name)


def vendor_htmx(package: Path) -> None:
    """Write htmx with its version in the file name."""
    for old in HERE.glob("htmx-*.min.js"):
        old.unlink()
    shutil.copyfile(package / "dist" / "htmx.min.js", HERE / f"htmx-{HTMX}.min.js")


def patched_css(css: str) -> str:
    """The style sheet without outside fonts, absolute image paths or source map; fails when the patterns are gone."""
    css, fonts = re.subn(r"@font-face\{[^}]*assets\.nhs\.uk[^}]*\}", "", css)
    css, stacks = re.subn(r"font-family:Frutiger W01,arial,sans-serif", "font-family:arial,sans-serif", css)
    css, images = re.subn(r"url\(/assets/", "url(assets/", css)
    if not (fonts and stacks and images) or "Frutiger" in css or "https://assets" in css:
        raise SystemExit("The NHS style sheet has changed its fonts or paths: look at patched_css again.")
    return without_source_map(css)


def without_source_map(text: str) -> str:
    """The file without its source map comment, which would make browsers ask for a missing file."""
    return re.sub(r"/[/*]# sourceMappingURL=\S+(?: \*/)?", "", text).rstrip() + "\n"


if __name__ == "__main__":
    main()
