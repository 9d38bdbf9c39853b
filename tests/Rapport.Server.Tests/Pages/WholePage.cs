using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>Waiting until all of a page is there, its scripts among it.</summary>
internal static class WholePage
{
    /// <summary>Asks the page itself. Who waits for Playwright to tell of the load (<see cref="IPage.WaitForLoadStateAsync"/>) misses one that comes between its look and its listening, and waits for ever.</summary>
    /// <param name="page">A page with scripts.</param>
    internal static Task WholeAsync(this IPage page) => page.WaitForFunctionAsync("() => document.readyState === 'complete'");
}
