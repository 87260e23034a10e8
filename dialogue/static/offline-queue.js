/* Answers that wait on the device until there is a signal. Shared by the page and the service worker.
   An entry: key (the answer's random key), address, pairs (the form), said (its texts), state:
   "waiting", "sent" (then only key and code are left) or "refused" (with the sentence). */
self.answerQueue = (function () {
  function store(name, mode, act) {
    return new Promise(function (done, failed) {
      var asked = indexedDB.open("answers", 1);
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("queue", { keyPath: "key" });
        asked.result.createObjectStore("carried", { keyPath: "scope" });
      };
      asked.onerror = function () { failed(asked.error); };
      asked.onsuccess = function () {
        var database = asked.result, deal = database.transaction(name, mode);
        var got = act(deal.objectStore(name));
        deal.oncomplete = function () { database.close(); done(got.result); };
        deal.onabort = deal.onerror = function () { database.close(); failed(deal.error); };
      };
    });
  }

  var queue = {
    all: function () { return store("queue", "readonly", function (s) { return s.getAll(); }); },
    put: function (entry) { return store("queue", "readwrite", function (s) { return s.put(entry); }); },
    remove: function (key) { return store("queue", "readwrite", function (s) { return s.delete(key); }); },
    carry: function (scope, pairs) {
      return store("carried", "readwrite", function (s) { return s.put({ scope: scope, pairs: pairs }); });
    },
    carried: async function (scope) {
      var kept = await store("carried", "readonly", function (s) { return s.get(scope); });
      if (kept) await store("carried", "readwrite", function (s) { return s.delete(scope); });
      return kept ? kept.pairs : null;
    },
    fresh: function () {
      var bytes = crypto.getRandomValues(new Uint8Array(24));
      return btoa(String.fromCharCode.apply(null, bytes)).replace(/\+/g, "-").replace(/\//g, "_");
    },
    /* Send everything that waits. The same key never becomes two answers, so trying again is safe. */
    send: function () {
      if (!self.navigator.locks) return sendAll();
      return self.navigator.locks.request("answers", sendAll);
    }
  };

  async function sendAll() {
    for (var entry of await queue.all()) if (entry.state === "waiting") await sendOne(entry, true);
  }

  async function sendOne(entry, mayRenew) {
    var response, told;
    try {
      response = await fetch(entry.address, {
        method: "POST", credentials: "omit", cache: "no-store",
        headers: { Accept: "application/json" }, body: new URLSearchParams(entry.pairs)
      });
      told = await response.json();
    } catch (fault) { return; }
    if (response.ok && told.code) return queue.put({ key: entry.key, state: "sent", code: told.code });
    if (response.status === 403 && told.token && mayRenew) {
      entry.pairs = entry.pairs.map(function (pair) { return pair[0] === "token" ? ["token", told.token] : pair; });
      return sendOne(entry, false);
    }
    if (response.status >= 500 || response.status === 429) return;
    return queue.put({ key: entry.key, state: "refused", said: entry.said, sentence: told.sentence || "" });
  }

  return queue;
})();
