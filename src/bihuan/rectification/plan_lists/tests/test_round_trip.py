"""What is written as Word or as a sheet is read back equal, whatever the texts are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bihuan.rectification.documents import plan_tables
from bihuan.rectification.plan_lists import Lists, read_lists

from .strategies import lists


@pytest.mark.parametrize("name", ["清单.docx", "清单.xlsx"])
@given(made=lists())
@settings(max_examples=15)
def test_written_lists_are_read_back_equal(name: str, made: Lists) -> None:
    content = plan_tables.as_docx(made, title="整改清单") if name.endswith("docx") else plan_tables.as_xlsx(made)
    read = read_lists(content, name)
    assert read.problems == made.problems
    assert read.faults == []
    assert read.leftovers == []
    assert read.notes == []
