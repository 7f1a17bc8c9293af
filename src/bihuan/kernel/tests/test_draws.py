"""Drawing by a seed."""

import hashlib

from bihuan.kernel.draws import by_seed


def test_the_same_seed_draws_the_same_whatever_the_order():
    rows = [(n, f"收{n}") for n in range(50)]

    def drawn(rows, seed, size):
        return by_seed(rows, seed, size, name=lambda row: row[1])

    one = drawn(rows, "甲", 10)
    assert one == drawn(reversed(rows), "甲", 10) and len(set(one)) == 10
    assert one != drawn(rows, "乙", 10) and drawn(rows, "甲", 99)[:10] == one and drawn([], "甲", 3) == []
    assert one[0] == min(rows, key=lambda row: hashlib.sha256(f"甲:{row[1]}".encode()).hexdigest())
