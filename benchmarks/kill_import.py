"""An import killed at 25 random moments and resumed, against one that was left alone: all tables and both indexes.

    python benchmarks/kill_import.py [kills]

Real models, real files. Each round starts the same command and kills it (SIGKILL) somewhere between its start and the
time that the undisturbed import took; the last one runs to its end.
"""

import json
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import numpy as np
import test_ingest_pipeline as told
from conftest import MODELS


def main() -> None:
    kills, dice = int(sys.argv[1]) if len(sys.argv) > 1 else 25, random.Random(25)
    with tempfile.TemporaryDirectory() as folder:
        whole, home = Path(folder, "whole", "home"), Path(folder, "killed", "home")
        for parent in (whole.parent, home.parent):
            parent.mkdir()
        corpus = told._corpus(Path(folder))
        began = time.monotonic()
        _finish(whole, corpus)
        took, killed, during, homes = time.monotonic() - began, 0, 0, 1
        while killed < kills:
            run, moment = told._ingest(home, corpus, MODELS), dice.uniform(0.3, took * 1.05)
            try:
                run.wait(moment)
            except Exception:
                run.kill()
                killed += 1
                during += 0 < told._counts(home)[2] < told._counts(whole)[2]
            run.communicate()
            if run.returncode == 0 and killed < kills:
                print(f"import complete after {killed} kills; it is started anew in an empty folder")
                _same(whole, home)
                homes += 1
                home = Path(folder, f"killed-{homes}", "home")
                home.parent.mkdir()
        report = _finish(home, corpus)
        _same(whole, home)
        counts = f"{told._counts(whole)[1]} passages"
        print(f"{killed} kills, {during} while vectors were being made; the last run found {report['unchanged']}")
        print(f"all tables, words and vectors are those of the undisturbed import ({counts}, {took:.1f} s)")


def _finish(home: Path, corpus: Path) -> dict[str, dict[str, int]]:
    run = told._ingest(home, corpus, MODELS)
    out, err = run.communicate()
    if run.returncode:
        raise SystemExit(err)
    found: dict[str, dict[str, int]] = json.loads(out)
    return found


def _same(whole: Path, home: Path) -> None:
    tables, expected = told._tables(home / "kizuna.db"), told._tables(whole / "kizuna.db")
    differ = [name for name in expected if tables.get(name) != expected[name]]
    found, vectors = told._vectors(home / "chroma"), told._vectors(whole / "chroma")
    nearest = min(float(np.dot(found[id], vectors[id])) for id in vectors) if found.keys() == vectors.keys() else 0.0
    if differ or nearest < 0.999:
        raise SystemExit(f"They differ: {differ}, nearest vector {nearest:.4f}")
    print(f"same: {len(expected)} tables, {len(vectors)} vectors, least cosine {nearest:.5f}")


if __name__ == "__main__":
    main()
