using Microsoft.Playwright;

namespace Rapport.Server.Tests.Offline;

/// <summary>All that a browser keeps for this server in its databases, caches and storage, as letters: so that it can be looked through for words.</summary>
internal static class KeptDump
{
    private const string Script = """
        async () => {
          const found = [];
          const latin = bytes => Array.from(new Uint8Array(bytes), byte => String.fromCharCode(byte)).join("");
          const note = value => {
            if (value instanceof CryptoKey) found.push(`CryptoKey extractable=${value.extractable}`);
            else if (value instanceof ArrayBuffer) found.push(latin(value));
            else if (ArrayBuffer.isView(value)) found.push(latin(value.buffer));
            else if (value && typeof value === "object") Object.entries(value).forEach(([name, part]) => { found.push(name); note(part); });
            else found.push(String(value));
          };
          for (const { name } of await indexedDB.databases()) {
            const database = await new Promise((resolve, reject) => {
              const asked = indexedDB.open(name);
              asked.onsuccess = () => resolve(asked.result);
              asked.onerror = () => reject(asked.error);
            });
            for (const store of database.objectStoreNames) {
              const all = database.transaction(store).objectStore(store).getAll();
              await new Promise(resolve => all.onsuccess = resolve);
              all.result.forEach(value => { found.push(`[${name}/${store}]`); note(value); });
            }
            database.close();
          }
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
          }
          note({ ...localStorage });
          note({ ...sessionStorage });
          return found.join("\n");
        }
        """;

    public static Task<string> OfAsync(IPage page) => page.EvaluateAsync<string>(Script);
}
