"""Write what the product is made of: `python -m tools.sbom [FILE]`, in CycloneDX 1.6, by default to `build/sbom.json`.

The packages are those of the locks, by their hashes: of Python, what runs, and of npm, what the admin app's pages are
built of. Licences are told for what is installed here. The same locks give the same file.
"""

import base64
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.licences import ROOT, Package, page_packages, python_packages

LOCK = ROOT / "requirements" / "runtime.lock"
FILE = ROOT / "build" / "sbom.json"


def bill() -> dict[str, Any]:
    """The document."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "python.json")
        command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(LOCK)]
        command += [
            "--pyproject",
            str(ROOT / "pyproject.toml"),
            "--of",
            "JSON",
            "--output-reproducible",
            "-o",
            str(made),
        ]
        subprocess.run(command, check=True, capture_output=True)
        document: dict[str, Any] = json.loads(made.read_text(encoding="utf-8"))
    licences = {each.name: each.licence for each in python_packages(LOCK)}
    components = [_python_component(each, licences) for each in document["components"]]
    pages = [_page_component(each) for each in page_packages()]
    document["components"] = components + pages
    document["dependencies"] += [{"ref": each["bom-ref"]} for each in pages]
    return document


def _python_component(told: dict[str, Any], licences: dict[str, str]) -> dict[str, Any]:
    """Without the registry that the generator supposes: which one is used is everybody's own choice."""
    files = told.pop("externalReferences", [])
    hashes = [each for file in files for each in file.get("hashes", ())]
    description = f"{told['name']} {told['version']}, one of the files with these hashes"
    licence = {"licenses": [{"expression": licences[told["name"]]}]} if licences.get(told["name"]) else {}
    properties = [{"name": "tessella:sha256", "value": each["content"]} for each in hashes]
    return told | {"description": description, "properties": properties} | licence


def _page_component(package: Package) -> dict[str, Any]:
    algorithm, _, digest = package.integrity.partition("-")
    return {
        "bom-ref": f"npm-{package.name}@{package.version}",
        "type": "library",
        "name": package.name,
        "version": package.version,
        "purl": f"pkg:npm/{package.name.replace('@', '%40')}@{package.version}",
        "licenses": [{"expression": package.licence}],
        "hashes": [{"alg": f"SHA-{algorithm.removeprefix('sha')}", "content": base64.b64decode(digest).hex()}],
    }


def main(name: str = str(FILE)) -> None:
    """Write it, and say where."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    document = bill()
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(document['components'])} packages in {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
