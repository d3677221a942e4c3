"""Five states of one requirements file, a month apart: bytes on the disk against archives and against restic."""
import os
import pathlib
import shutil

from yard import run, say, size_of

DATES = ["2025-06-01", "2025-07-01", "2025-08-01", "2025-09-01", "2025-10-01"]
REQUIREMENTS = ("django djangorestframework celery boto3 pandas scikit-learn sqlalchemy pydantic fastapi requests cryptography"
                " pillow matplotlib pytest mypy ruff sphinx").split()


def uv():
    found = shutil.which("uv") or str(pathlib.Path.home() / ".local/bin/uv")
    return [found, "--quiet", "--no-config"]


def install(yard, place, date):
    """A fresh environment of what the index had at a date, with byte code."""
    run("rm", "-rf", place)
    run(*uv(), "venv", "--python", "python3", place)
    wanted = yard.work / "requirements.in"
    wanted.write_text("\n".join(REQUIREMENTS) + "\n", encoding="utf-8")
    run(*uv(), "pip", "install", "--compile-bytecode", "--link-mode", "copy", "--exclude-newer", f"{date}T00:00:00Z", "--python",
        place / "bin/python", "-r", wanted, env=os.environ | {"UV_CACHE_DIR": str(yard.work / "uv-cache")})


def measure_all(yard):
    folder = yard.work / "states"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    place, store, restic = folder / "venv", folder / "store", folder / "restic"
    environment = os.environ | {"RESTIC_PASSWORD": "bench", "RESTIC_REPOSITORY": str(restic),
                                "RESTIC_CACHE_DIR": str(folder / "restic-cache")}
    run("restic", "init", "--quiet", env=environment)
    archives = 0
    for date in DATES:
        say(f"the state of {date}")
        install(yard, place, date)
        run("sh", "-euc", "tar -cf - venv | zstd -q -T0 -f -o state.tar.zst", cwd=folder)
        archives += (folder / "state.tar.zst").stat().st_size
        run(*yard.cache("save", store, "--key", f"state-{date}", "--path", f"venv={place}"))
        run("restic", "backup", "--quiet", place, env=environment)
        yard.note(f"state {date}", bytes=size_of(place), archive=(folder / "state.tar.zst").stat().st_size,
                  store=stored(store), restic=size_of(restic))
    yard.note("states", store=stored(store), archives=archives, restic=size_of(restic))
    shutil.rmtree(folder)


def stored(store):
    """All of a store but what is unpacked and may be dropped."""
    return size_of(*(path for path in store.iterdir() if path.name != "hot")) + sum(
        path.stat().st_size for path in store.iterdir() if path.is_file())
