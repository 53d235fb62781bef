// Builds portal/static/src into portal/static/dist: hashed files, and a manifest that `asset()` reads.
// Usage: node script/build-assets.mjs
// A new folder is filled and then put in place of the old one, so that nobody ever reads half a build.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as sass from "sass";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "portal/static/src");
const target = join(root, "portal/static/dist");
const fresh = `${target}.${process.pid}`;
const modules = join(root, "node_modules");

// PDFs are set in the same typeface as the pages; typst reads TTF only.
const paperFonts = ["400Regular", "400Regular_Italic", "600SemiBold", "700Bold"];

const scss = {
  name: "scss",
  setup(bundle) {
    bundle.onLoad({ filter: /\.scss$/ }, ({ path }) => ({
      contents: sass.compile(path, { loadPaths: [modules], quietDeps: true }).css,
      loader: "css",
      resolveDir: modules,
    }));
  },
};

async function bundles() {
  const { metafile } = await build({
    entryPoints: ["scss/main.scss", "js/main.js", "js/upload.js", "js/proof/verify.js", "js/proof/worker.js"].map((path) => join(source, path)),
    outdir: fresh,
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: ["es2020", "chrome87", "firefox78", "safari14.1"],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "file" },
    plugins: [scss],
    logLevel: "warning",
    absWorkingDir: root,
  });
  const names = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const file = relative(fresh, join(root, path));
    if (output.entryPoint) names[basename(output.entryPoint, extname(output.entryPoint)) + extname(file)] = file;
    else names[file.replace(/-[0-9A-Z]{8}(?=\.\w+$)/, "")] = file;
  }
  return names;
}

async function pictures() {
  const names = {};
  for (const name of await readdir(join(source, "svg"))) {
    const bytes = await readFile(join(source, "svg", name));
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
    const file = `${basename(name, extname(name))}-${hash}${extname(name)}`;
    await writeFile(join(fresh, file), bytes);
    names[name] = file;
  }
  return names;
}

async function fontsForPapers() {
  await mkdir(join(fresh, "fonts"), { recursive: true });
  const from = join(modules, "@expo-google-fonts/be-vietnam-pro");
  for (const style of paperFonts) {
    const name = `BeVietnamPro_${style}.ttf`;
    await copyFile(join(from, style, name), join(fresh, "fonts", name));
  }
  await copyFile(join(from, "LICENSE_FONT"), join(fresh, "fonts", "LICENSE"));
}

async function putInPlace() {
  const old = `${fresh}.old`;
  await rename(target, old).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(fresh, target);
  await rm(old, { recursive: true, force: true });
}

try {
  await mkdir(fresh, { recursive: true });
  const manifest = { ...(await bundles()), ...(await pictures()) };
  await fontsForPapers();
  await writeFile(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
  await putInPlace();
  console.log(`${Object.keys(manifest).length} files in ${relative(process.cwd(), target) || target}`);
} finally {
  await rm(fresh, { recursive: true, force: true });
}
