// Builds ../editor.js and ../editor.LICENSE.txt out of editor.mjs and the packages of package-lock.json.
import { build } from "esbuild";
import { readdir, readFile, writeFile } from "node:fs/promises";

const result = await build({
  entryPoints: ["editor.mjs"],
  outfile: "../editor.js",
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  banner: { js: "/* Built from editor/editor.mjs; the licences of what is inside are in editor.LICENSE.txt. */" },
  metafile: true,
});

const inside = Object.keys(result.metafile.inputs)
  .map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
  .filter(Boolean);

const texts = [];
for (const name of [...new Set(inside)].sort()) {
  const folder = `node_modules/${name}`;
  const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
  if (!file) throw new Error(`${name} ships no licence text`);
  texts.push(`${name} ${version} (${license})\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}\n`);
}
await writeFile("../editor.LICENSE.txt", texts.join(`\n${"-".repeat(80)}\n\n`));
