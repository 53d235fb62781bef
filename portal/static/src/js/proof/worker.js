// The service worker of the page that checks receipts, and of no other: without a network it gives back what the page kept.
import { CACHE } from "./offline.js";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || new URL(event.request.url).origin !== self.location.origin) return;
  event.respondWith(event.request.mode === "navigate" ? pageFirst(event.request) : keptFirst(event.request));
});

/** The page may have changed: asked for, and what was kept only where nobody answers. */
async function pageFirst(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await own(request, { ignoreSearch: true });
    if (!found) throw error;
    return found;
  }
}

/** Files carry a hash of their content in their names: what is kept is what would come. */
const keptFirst = async (request) => (await own(request)) ?? fetch(request);

const own = (request, options) => caches.match(request, { cacheName: CACHE, ignoreVary: true, ...options });
