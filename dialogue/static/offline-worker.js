/* Keeps the page with all questions for a device without signal. It sees one dialogue's answering
   pages only, and keeps nothing but that page and its own files: no answers, no other pages. */
var scope = new URL(self.registration.scope).pathname;
var shelf = "answering " + scope;
var slow = 8000;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("sync", function (event) { event.waitUntil(self.answerQueue.send()); });
self.addEventListener("message", function (event) {
  if (event.data && event.data.keep) event.waitUntil(keep());
});

async function keep() {
  var page = await fetch(scope + "/alla", { credentials: "omit" });
  var kind = page.headers.get("Content-Type") || "", rule = page.headers.get("Cache-Control") || "";
  if (!page.ok || page.redirected || kind.indexOf("text/html") || rule.indexOf("no-store") >= 0) return;
  var html = await page.clone().text();
  if (html.indexOf("data-worker=") < 0) return;
  var files = html.match(/\/static\/[\w.-]+\?v=\w+/g) || [];
  var kept = await caches.open(shelf);
  await kept.addAll(Array.from(new Set(files)));
  await kept.put(scope + "/alla", page);
  for (var old of await kept.keys()) {
    var address = new URL(old.url);
    var name = address.pathname + address.search;
    if (name !== scope + "/alla" && files.indexOf(name) < 0) await kept.delete(old);
  }
}

/* The kept page as a new form: a fresh key makes what is written in it an answer of its own. */
async function keptPage() {
  var page = await (await caches.open(shelf)).match(scope + "/alla", { ignoreVary: true });
  if (!page) return Response.error();
  var html = (await page.text())
    .replace(/name="(key|new_key)" value="[^"]*"/g, function (all, name) {
      return 'name="' + name + '" value="' + self.answerQueue.fresh() + '"';
    })
    .replace('<form id="answer"', '<form id="answer" data-kept');
  var headers = new Headers({ "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
  headers.set("Content-Security-Policy", page.headers.get("Content-Security-Policy"));
  headers.set("Referrer-Policy", "same-origin");
  return new Response(html, { headers: headers });
}

function late() {
  return new Promise(function (done, failed) { setTimeout(failed, slow); });
}

async function opened(request) {
  try { return await Promise.race([fetch(request), late()]); } catch (fault) { return keptPage(); }
}

/* A button was pressed and nothing answers: what was typed goes over to the kept page. */
async function pressed(request) {
  var copy = request.clone();
  try { return await fetch(request); } catch (fault) {
    var pairs = Array.from(await copy.formData()).map(function (pair) { return [pair[0], String(pair[1])]; });
    var names = pairs.map(function (pair) { return pair[0]; });
    if (names.indexOf("as.shared") >= 0 || names.indexOf("as.receipt") >= 0) return Response.error();
    if (!(await (await caches.open(shelf)).match(scope + "/alla", { ignoreVary: true }))) return Response.error();
    await self.answerQueue.carry(scope, pairs);
    return keptPage();
  }
}

async function file(request) {
  return (await (await caches.open(shelf)).match(request, { ignoreVary: true })) || fetch(request);
}

self.addEventListener("fetch", function (event) {
  var request = event.request, address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "GET" && address.pathname.indexOf("/static/") === 0) {
    return event.respondWith(file(request));
  }
  if (request.mode !== "navigate") return;
  if (request.method === "POST" && address.pathname === scope) event.respondWith(pressed(request));
  if (request.method === "GET" && (address.pathname === scope || address.pathname === scope + "/alla")) {
    event.respondWith(opened(request));
  }
});
