// The page and all it is made of, kept by the browser, so that it opens without a network (worker.js gives it back).
// The page is asked for without cookies: what is kept is the same for everybody who reads this language.
export const CACHE = "ledger-verify";

const KEEPS_NOTHING = ["SecurityError", "NotSupportedError", "QuotaExceededError", "InvalidStateError"]; // as private windows

/** Whether the page will open without a network. */
export async function kept(page, worker) {
  if (!navigator.serviceWorker || !window.caches) return false;
  try {
    await navigator.serviceWorker.register(worker, { scope: page });
    await keep(page);
    return true;
  } catch (error) {
    if (KEEPS_NOTHING.includes(error.name)) return false;
    if (error.name !== "TypeError") throw error;
    return (await caches.match(page, { cacheName: CACHE, ignoreVary: true })) !== undefined; // no network: from before
  }
}

async function keep(page) {
  const wanted = await parts();
  const answer = await fetch(`${page}?lang=${document.documentElement.lang}`, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new TypeError(`the portal answered ${answer.status}`);
  const cache = await caches.open(CACHE);
  await cache.addAll(wanted);
  await cache.put(page, answer);
  const addresses = new Set([...wanted, new URL(page, location).href]);
  const old = (await cache.keys()).filter(({ url }) => !addresses.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** Addresses of the styles, scripts, pictures and every face of the typeface, whether shown yet or not. */
async function parts() {
  await Promise.all([...document.fonts].map((face) => face.load()));
  const own = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  return [...new Set(own.filter((url) => url.origin === location.origin && isBuilt(url)).map((url) => url.href))];
}

const isBuilt = ({ pathname }) => /-[0-9A-Z]{8}\.\w+$/.test(pathname);
