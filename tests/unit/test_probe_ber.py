"""Our own reading and writing of SNMP v2c, held against pyasn1 and against chance."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder  # type: ignore[import-untyped]
from pysnmp.proto.api import v2c  # type: ignore[import-untyped]

from probe.probers import ber
from probe.probers.ber_numbers import answer_of_numbers

ARC = st.integers(0, 2**32 - 1)
OIDS = st.builds(
    lambda top, second, rest: ".".join(map(str, (top, second, *rest))),
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(ARC, min_size=1, max_size=30),
)
OBJECTS = st.lists(st.integers(0, 9_999), min_size=1, max_size=5).map(
    lambda rest: ".".join(map(str, (1, 3, 6, 1, 4, 1, *rest)))
)
VALUES = st.one_of(
    st.integers(-(2**31), 2**31 - 1).map(lambda n: (v2c.Integer32(n), n)),
    st.integers(0, 2**32 - 1).map(lambda n: (v2c.Counter32(n), n)),
    st.integers(0, 2**32 - 1).map(lambda n: (v2c.TimeTicks(n), n)),
    st.integers(0, 2**64 - 1).map(lambda n: (v2c.Counter64(n), n)),
    st.binary(max_size=300).map(lambda octets: (v2c.OctetString(octets), octets)),
    OIDS.map(lambda oid: (v2c.ObjectIdentifier(oid), oid)),
    st.just((v2c.IpAddress("192.0.2.7"), "192.0.2.7")),
    st.just((v2c.NoSuchObject(""), None)),
    st.just((v2c.NoSuchInstance(""), None)),
    st.just((v2c.EndOfMibView(""), None)),
)
NUMBER_VALUES = st.integers(0, 2**63 - 1).map(lambda n: (v2c.Counter64(n), n))
BINDINGS = st.lists(st.tuples(OIDS, VALUES), max_size=25)
NUMBER_BINDINGS = st.lists(st.tuples(OBJECTS, NUMBER_VALUES), max_size=25)
DAMAGE = st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=6)
FEW = settings(max_examples=60, deadline=None)
NUMBERS = st.integers(2**23, 2**31 - 1)


def reply(number: int, status: int, bindings: list[tuple[str, tuple[object, object]]]) -> bytes:
    """An answer as pysnmp would send it."""
    message, pdu = v2c.Message(), v2c.GetResponsePDU()
    v2c.apiMessage.set_defaults(message)
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, number)
    v2c.apiPDU.set_error_status(pdu, status)
    v2c.apiPDU.set_varbinds(pdu, [(oid, value) for oid, (value, _) in bindings])
    v2c.apiMessage.set_pdu(message, pdu)
    encoded: bytes = encoder.encode(message)
    return encoded


@FEW
@given(NUMBERS, st.integers(0, 18), BINDINGS)
def test_an_answer_is_read_as_it_was_meant(
    number: int, status: int, bindings: list[tuple[str, tuple[object, object]]]
) -> None:
    meant = [(oid, value) for oid, (_, value) in bindings]
    assert ber.answer(reply(number, status, bindings)) == (number, status, meant)


@FEW
@given(NUMBERS, st.binary(max_size=200), st.lists(OIDS, max_size=25))
def test_a_request_is_what_pyasn1_would_have_sent(
    number: int, community: bytes, oids: list[str]
) -> None:
    sent = ber.request(ber.GET, community, number, oids)
    message, rest = decoder.decode(sent, asn1Spec=v2c.Message())
    pdu = v2c.apiMessage.get_pdu(message)
    assert not rest
    assert encoder.encode(message) == sent
    assert bytes(v2c.apiMessage.get_community(message)) == community
    assert v2c.apiPDU.get_request_id(pdu) == number
    assert [str(oid) for oid, _ in v2c.apiPDU.get_varbinds(pdu)] == oids


def test_rows_of_a_table_are_asked_for_by_getbulk() -> None:
    sent = ber.request(ber.GET_BULK, b"public", 2**24, ["1.3.6.1.2.1.2.2.1.2"], 20)
    message, _ = decoder.decode(sent, asn1Spec=v2c.Message())
    pdu = v2c.apiMessage.get_pdu(message)
    assert pdu.tagSet == v2c.GetBulkRequestPDU.tagSet
    assert v2c.apiBulkPDU.get_max_repetitions(pdu) == 20
    assert v2c.apiBulkPDU.get_non_repeaters(pdu) == 0


@FEW
@given(st.binary(max_size=100))
def test_chance_is_an_answer_or_a_ber_error(octets: bytes) -> None:
    read_or_refused(octets)


@FEW
@given(BINDINGS, DAMAGE, st.integers(0))
def test_a_damaged_answer_is_an_answer_or_a_ber_error(
    bindings: list[tuple[str, tuple[object, object]]],
    damage: list[tuple[int, int]],
    cut: int,
) -> None:
    read_or_refused(damaged(reply(2**24, 0, bindings), damage, cut))


@FEW
@given(NUMBERS, NUMBER_BINDINGS)
def test_an_answer_of_numbers_is_read_in_the_short_way(
    number: int, bindings: list[tuple[str, tuple[object, object]]]
) -> None:
    meant = [(oid, value) for oid, (_, value) in bindings]
    assert answer_of_numbers(reply(number, 0, bindings), ber.TEXTS) == (number, 0, meant)


@settings(max_examples=400, deadline=None)
@given(st.one_of(BINDINGS, NUMBER_BINDINGS), DAMAGE, st.integers(0))
def test_what_is_read_in_the_short_way_means_the_same_in_the_strict_one(
    bindings: list[tuple[str, tuple[object, object]]], damage: list[tuple[int, int]], cut: int
) -> None:
    octets = reply(2**24, 0, bindings)
    for each in (octets, damaged(octets, damage[:1], -1), damaged(octets, damage, cut)):
        found = None
        with contextlib.suppress(ber.BerError):  # an OID that is not whole is refused at once
            found = answer_of_numbers(each, ber.TEXTS)
        assert found is None or found == ber.read_strictly(each)


def damaged(octets: bytes, damage: list[tuple[int, int]], cut: int) -> bytes:
    """Write other octets into an answer, and cut it off."""
    changed = bytearray(octets)
    for place, octet in damage:
        changed[place % len(changed)] = octet
    return bytes(changed[: 1 + cut % len(changed)])


def read_or_refused(octets: bytes) -> None:
    try:
        _, _, bindings = ber.answer(octets)
    except ber.BerError:
        return
    assert len(bindings) <= len(octets)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x85\x00\x00\x00\x00\x01\x00",
        b"\x30\x03\x02\x01\x00",
    ],
)
def test_an_answer_that_is_none_is_refused_in_words(octets: bytes) -> None:
    with pytest.raises(ber.BerError, match=r"\w"):
        ber.answer(octets)
