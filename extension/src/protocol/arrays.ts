// Arrays of the wire as typed arrays. Runs in the extension host and in a web page alike.

import type { DType, WireArray } from "./generated";

const constructors = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<DType, unknown>;

/** The typed array that holds elements of type D. */
export type TypedArray<D extends DType = DType> = InstanceType<(typeof constructors)[D]>;

/** The elements of an array in C order; fails when there are not as many as its shape says. */
export function decodeArray<D extends DType>(array: WireArray & { readonly dtype: D }): TypedArray<D> {
  const bytes = bytesOf(array.data);
  const constructor = constructors[array.dtype];
  const expected = array.shape.reduce((product, length) => product * length, constructor.BYTES_PER_ELEMENT);
  if (bytes.length !== expected) {
    throw new Error(
      `An array of ${array.dtype} with shape [${array.shape.join(", ")}] has ${bytes.length} bytes, expected ${expected}.`,
    );
  }
  // The wire is little-endian, as is every machine that VS Code runs on.
  return new constructor(bytes.buffer) as TypedArray<D>;
}

/** Numbers as an array of the wire. */
export function encodeFloat32(values: Float32Array, shape: readonly number[]): WireArray {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = "";
  for (let from = 0; from < bytes.length; from += 4096) {
    text += String.fromCharCode(...bytes.subarray(from, from + 4096)); // an argument for each byte: not all at once
  }
  return { dtype: "float32", shape, data: btoa(text) };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    bytes[index] = text.charCodeAt(index);
  }
  return bytes;
}
