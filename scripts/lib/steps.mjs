// Progress for people, and what makes a step cheap the second time: a made folder remembers what it was made from.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HEARTBEAT_MS = 15_000;

/** Do something that may take a while, saying so. */
export async function step(title, work) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.log(`• ${title} …`);
  const heartbeat = setInterval(() => console.log(`  … ${title}: ${seconds()} s so far`), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (seconds() >= 1) console.log(`  ${title}: ${seconds()} s`);
  }
}

/** Make a folder, or the part of it named `part`, unless it is there and was made from the same things. */
export async function ensure({ title, folder, part = "all", madeFrom, make }) {
  const wanted = digest(...madeFrom);
  const stamp = join(folder, `.made-from-${part}`);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return false;
  rmSync(stamp, { force: true }); // half a folder must not look whole
  await step(title, make);
  mkdirSync(folder, { recursive: true });
  writeFileSync(stamp, wanted);
  return true;
}

function digest(...texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest("hex");
}

/** A digest of files and of all files in folders, by relative name and content. */
export function digestOf(...paths) {
  const hash = createHash("sha256");
  for (const path of paths) addToDigest(hash, path, "");
  return hash.digest("hex");
}

const NOT_SOURCE = new Set(["__pycache__", "node_modules", ".DS_Store"]);

function addToDigest(hash, path, name) {
  if (statSync(path).isDirectory()) {
    for (const entry of readdirSync(path).sort()) {
      if (!NOT_SOURCE.has(entry)) addToDigest(hash, join(path, entry), `${name}/${entry}`);
    }
  } else {
    const content = readFileSync(path);
    hash.update(`${name}:${content.length}:`).update(content);
  }
}
