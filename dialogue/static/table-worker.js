/* Keeps a meeting's script and its empty note for a device without signal. It sees one meeting's tables
   only, and keeps nothing else: no notes that were sent, no pictures, no registrations. */
var scope = new URL(self.registration.scope).pathname;
var shelf = "tables " + scope;
var pages = ["manus", "anteckna"];
var slow = 6000;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("sync", function (event) { event.waitUntil(self.noteQueue.send()); });
self.addEventListener("message", function (event) {
  if (event.data && event.data.keep) event.waitUntil(keep());
});

async function keep() {
  var kept = await caches.open(shelf), wanted = [];
  for (var name of pages) {
    var page = await fetch(scope + name, { credentials: "omit" });
    if (!page.ok || page.redirected) continue;
    var html = await page.clone().text();
    wanted = wanted.concat(scope + name, html.match(/\/static\/[\w.-]+\?v=\w+/g) || []);
    await kept.addAll(Array.from(new Set(html.match(/\/static\/[\w.-]+\?v=\w+/g) || [])));
    await kept.put(scope + name, page);
  }
  if (!wanted.length) return;
  for (var old of await kept.keys()) {
    var address = new URL(old.url);
    if (wanted.indexOf(address.pathname + address.search) < 0) await kept.delete(old);
  }
}

function late() {
  return new Promise(function (done, failed) { setTimeout(failed, slow); });
}

async function shown(request) {
  try { return await Promise.race([fetch(request), late()]); } catch (fault) {
    var name = new URL(request.url).pathname.slice(scope.length);
    var page = await (await caches.open(shelf)).match(scope + (pages.indexOf(name) < 0 ? "manus" : name), { ignoreVary: true });
    if (!page) return Response.error();
    var headers = new Headers({ "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
    headers.set("Content-Security-Policy", page.headers.get("Content-Security-Policy"));
    headers.set("Referrer-Policy", "same-origin");
    var html = (await page.text()).replace(/name="key" value="[^"]*"/, function () {
      return 'name="key" value="' + self.noteQueue.fresh() + '"';
    });
    return new Response(html, { headers: headers });
  }
}

async function file(request) {
  return (await (await caches.open(shelf)).match(request, { ignoreVary: true })) || fetch(request);
}

self.addEventListener("fetch", function (event) {
  var request = event.request, address = new URL(request.url);
  if (address.origin !== self.location.origin || request.method !== "GET") return;
  if (address.pathname.indexOf("/static/") === 0) return event.respondWith(file(request));
  if (request.mode === "navigate" && address.pathname.indexOf(scope) === 0) event.respondWith(shown(request));
});
