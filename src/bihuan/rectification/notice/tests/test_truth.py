"""The real notice against its hand-made truth; both live outside the project and may be absent."""

import json
import os
from pathlib import Path

import pytest

from bihuan.rectification.notice import main_json, read_file

from .test_layouts import FIGURE_KEYS, check_facts, check_spans

ROOT = next(p for p in Path(__file__).resolve().parents if (p / "pyproject.toml").is_file())
SHARED = Path(os.environ.get("BIHUAN_TEST_SHARED") or ROOT.parent / "shared") / "notices"
TRUTHS = sorted(SHARED.glob("*.truth.json")) if SHARED.is_dir() else []


@pytest.mark.skipif(not TRUTHS, reason=f"no notices with a truth under {SHARED} (BIHUAN_TEST_SHARED names the folder)")
def test_the_real_notice_is_read_completely():
    for path in TRUTHS:
        truth = json.loads(path.read_text("utf-8"))
        source = path.with_name(path.name.replace(".truth.json", ".txt"))
        got = json.loads(main_json(source))
        assert set(truth) - {"reader_notes"} <= set(got)
        check_facts(got, truth, source.name)
        for problem, wanted in zip(got["problems"], truth["problems"], strict=True):
            for sub, other in zip(problem["subproblems"], wanted["subproblems"], strict=True):
                figures = [{k: f[k] for k in FIGURE_KEYS} for f in sub["figures"]]
                assert figures == other["figures"]
                assert sub["measures_text"].endswith("。")
        notice = read_file(source)
        check_spans(notice)
        assert notice.unplaced == []
        assert [w.code for w in notice.warnings] == ["label.colon"]
