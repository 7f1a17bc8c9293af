"""Envelopes, receipt codes, masks: pure functions."""

import itertools

import pytest

from bihuan.disclosure import codes, sealing
from bihuan.disclosure.masking import MASK, masked

PRIVATE, OTHER = bytes(range(32)), bytes(range(1, 33))
CODE = "7K3M9QXATB2WHNR"
WHOLE = codes.shown(CODE + codes.check(CODE))


def test_an_envelope_is_opened_by_the_private_half_alone():
    sealed = sealing.seal(sealing.public_half(PRIVATE), "钱多多 13812345678")
    assert "钱" not in sealed and "138" not in sealing.seal(sealing.public_half(PRIVATE), "138")[:3]
    assert sealing.unseal(PRIVATE, sealed) == "钱多多 13812345678"
    assert sealing.seal(sealing.public_half(PRIVATE), "钱多多 13812345678") != sealed
    with pytest.raises(sealing.Unopenable):
        sealing.unseal(OTHER, sealed)


def test_an_altered_envelope_does_not_open():
    sealed = sealing.seal(sealing.public_half(PRIVATE), "钱多多")
    middle = len(sealed) // 2
    other = "A" if sealed[middle] != "A" else "B"
    for wrong in (sealed[:middle] + other + sealed[middle + 1 :], "s1.", "s2" + sealed[2:], "钱", "s1.钱", sealed[:20]):
        with pytest.raises(sealing.Unopenable):
            sealing.unseal(PRIVATE, wrong)
    assert sealing.seal(b"", "") == "" == sealing.unseal(PRIVATE, "")


def test_a_code_is_read_however_it_is_typed_and_never_when_mistyped():
    kept = CODE + codes.check(CODE)
    assert codes.plain(WHOLE) == kept
    assert codes.plain(f" {WHOLE.lower().replace('-', ' ')} ") == kept
    assert codes.plain(WHOLE.translate({ord(c): ord(c) + 0xFEE0 for c in codes.ALPHABET})) == kept
    for place, other in itertools.product(range(16), codes.ALPHABET):
        if kept[place] != other:
            assert codes.plain(kept[:place] + other + kept[place + 1 :]) == "", (place, other)
    for place in range(15):
        swapped = kept[:place] + kept[place + 1] + kept[place] + kept[place + 2 :]
        assert swapped == kept or codes.plain(swapped) == "", place
    assert codes.plain("") == codes.plain(kept[:-1]) == codes.plain(kept + "2") == ""


def test_new_codes_are_whole_and_their_digest_needs_the_key():
    code = codes.new()
    assert codes.plain(code) and code != codes.new()
    assert codes.digest(PRIVATE, WHOLE) == codes.digest(PRIVATE, WHOLE.lower()) != codes.digest(OTHER, WHOLE)
    assert len(codes.digest(PRIVATE, WHOLE)) == 64
    assert codes.digest(PRIVATE, "没有") == ""
    assert codes.same(codes.digest(PRIVATE, WHOLE), codes.digest(PRIVATE, WHOLE.lower()))


@pytest.mark.parametrize(
    "given, left",
    [
        ("电话13812345678，找我", f"电话{MASK}，找我"),
        ("138-1234-5678和+86 13812345678", f"{MASK}和{MASK}"),
        ("身份证42010619900101123X。", f"身份证{MASK}。"),
        ("座机0716-8265516", f"座机{MASK}"),
        ("写信到 a.b@c.example.cn 谢谢", f"写信到 {MASK} 谢谢"),
        ("案号（2026）鄂0000民初1234号，金额 13800 元", "案号（2026）鄂0000民初1234号，金额 13800 元"),
        ("我叫钱多多", f"我叫{MASK}"),
    ],
)
def test_what_leads_to_the_sender_is_masked_and_nothing_else(given, left):
    assert masked(given, "钱多多") == left


def test_a_name_of_one_character_masks_nothing():
    assert masked("钱款没有发", "钱") == "钱款没有发"
