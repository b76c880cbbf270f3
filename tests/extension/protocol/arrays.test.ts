// Arrays of the wire: the examples that Python writes, and what is refused.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeArray, encodeFloat32 } from "../../../extension/src/protocol/arrays";
import type { WireArray } from "../../../extension/src/protocol/generated";

type Example = { readonly array: WireArray; readonly elements: readonly (number | string)[] };

const file = new URL("../../protocol/arrays.json", import.meta.url);
const examples = JSON.parse(readFileSync(file, "utf8")) as readonly Example[];

test.each(examples)("an array of $array.dtype has the elements that Python wrote", ({ array, elements }) => {
  const decoded = decodeArray(array);
  const big = decoded instanceof BigInt64Array || decoded instanceof BigUint64Array;
  expect([...decoded]).toEqual(elements.map((element) => (big ? BigInt(element) : Number(element))));
});

test("an array has the typed array of its element type", () => {
  expect(decodeArray({ dtype: "float32", shape: [1], data: "AACAPw==" })).toEqual(new Float32Array([1]));
});

test("an array whose bytes are not those of its shape is refused", () => {
  expect(() => decodeArray({ dtype: "float32", shape: [2], data: "AACAPw==" })).toThrow(
    "float32 with shape [2] has 4 bytes, expected 8",
  );
});

test("numbers are read as they were written, however many they are", () => {
  const numbers = Float32Array.from({ length: 30_000 }, (_, place) => place / 3);
  const written = encodeFloat32(numbers.subarray(2), [14_999, 2]);
  expect(decodeArray({ ...written, dtype: "float32" })).toEqual(numbers.slice(2));
  expect(encodeFloat32(new Float32Array([1]), [1])).toEqual({
    dtype: "float32",
    shape: [1],
    data: "AACAPw==",
  });
});

test("data that is not base64 is refused", () => {
  expect(() => decodeArray({ dtype: "uint8", shape: [1], data: "*" })).toThrow();
});
