using Microsoft.Playwright;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Offline;

/// <summary>Waits in a page for what becomes so by itself and is only found out by asking: whether a worker is there, what is kept.</summary>
internal static class Until
{
    /// <summary>The worker of this browser is there, with all that it keeps.</summary>
    public static Task ReadyAsync(IPage page) => HoldsAsync(page, "async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'");

    /// <summary>A function of the page says so; it gets what is given. It is asked twenty times a second, and after <see cref="Patience"/> never will say so.</summary>
    public static Task HoldsAsync(IPage page, string function, string? given = null) => page.EvaluateAsync(
        $$"""
        async given => {
          const holds = {{function}};
          for (let i = 0; i < {{20 * Patience.Limit.TotalSeconds}}; i++) {
            if (await holds(given)) return;
            await new Promise(done => setTimeout(done, 50));
          }
          throw new Error("it never became so");
        }
        """,
        given);
}
