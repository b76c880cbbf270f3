"""Arrays on the wire: exact in both languages, in one byte order, within the budget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from whiskertoolbox_protocol.arrays import ArrayTooLarge, DType, WireArray, array_bytes, encode_array
from whiskertoolbox_protocol.wire import WireError, decode, encode

EXAMPLES = json.loads(Path(__file__).with_name("arrays.json").read_text(encoding="utf-8"))
"""Arrays as they are on the wire, and their elements; the TypeScript tests decode them too."""

DTYPES = get_args(DType)
ARRAYS = st.sampled_from(DTYPES).flatmap(
    lambda name: numpy_strategies.arrays(name, numpy_strategies.array_shapes(min_dims=0, min_side=0))
)


def decoded(array: WireArray) -> np.ndarray[Any, Any]:
    return np.frombuffer(array_bytes(array), np.dtype(array.dtype).newbyteorder("<")).reshape(array.shape)


@given(ARRAYS)
def test_an_array_survives_the_wire(array: np.ndarray[Any, Any]) -> None:
    sent = json.loads(json.dumps(encode(encode_array(array))))
    received = decoded(decode(WireArray, sent))
    assert received.dtype == array.dtype
    np.testing.assert_array_equal(received, array)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["array"]["dtype"])
def test_an_example_is_exactly_what_python_writes(example: dict[str, Any]) -> None:
    convert = int if "int" in example["array"]["dtype"] else float
    values = np.array([convert(value) for value in example["elements"]], example["array"]["dtype"])
    assert encode(encode_array(values.reshape(example["array"]["shape"]))) == example["array"]


def test_there_is_an_example_of_every_element_type() -> None:
    assert {example["array"]["dtype"] for example in EXAMPLES} == set(DTYPES)


@pytest.mark.parametrize("order", ["<", ">"])
def test_bytes_are_little_endian_whatever_the_array_is(order: str) -> None:
    assert array_bytes(encode_array(np.array([1, 2], f"{order}i4"))) == b"\1\0\0\0\2\0\0\0"


def test_elements_are_in_c_order_whatever_the_array_is() -> None:
    columns_first = np.arange(6, dtype=np.uint8).reshape(3, 2).T
    assert array_bytes(encode_array(columns_first)) == bytes([0, 2, 4, 1, 3, 5])
    assert array_bytes(encode_array(np.arange(10, dtype=np.uint8)[::-3])) == bytes([9, 6, 3, 0])


def test_an_array_beyond_the_budget_is_refused_with_its_size() -> None:
    array = np.zeros((3, 5), np.float32)
    assert encode_array(array, budget_bytes=60).shape == [3, 5]
    with pytest.raises(ArrayTooLarge, match=r"float32 with shape \(3, 5\) takes 60 bytes.* at most 59"):
        encode_array(array, budget_bytes=59)


@pytest.mark.parametrize("dtype", ["bool", "complex64", "datetime64[s]", "object", "float16"])
def test_an_element_type_without_a_wire_form_is_refused_by_name(dtype: str) -> None:
    array = np.zeros(2, dtype)
    with pytest.raises(TypeError, match=array.dtype.name.replace("[", r"\[")):
        encode_array(array)


@pytest.mark.parametrize("data", ["AAA", "AA==", "A*AA", "é"])
def test_bytes_that_are_not_those_of_the_shape_are_refused(data: str) -> None:
    with pytest.raises(WireError, match=r"base64|bytes"):
        array_bytes(WireArray(dtype="int16", shape=[1], data=data))
