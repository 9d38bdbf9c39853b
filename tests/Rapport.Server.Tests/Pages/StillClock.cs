using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>The clock of a page, brought to a stop: what a page shows for a moment only stays until the test moves the clock, however seldom it looks.</summary>
internal static class StillClock
{
    /// <summary>Stops it an hour later, so that it is not too late for that on any machine.</summary>
    public static async Task StopAsync(IPage page)
    {
        await page.Clock.InstallAsync();
        await page.Clock.PauseAtAsync((await NowAsync(page)).AddHours(1));
    }

    /// <summary>What a page takes for the present moment.</summary>
    public static async Task<DateTime> NowAsync(IPage page) => DateTime.UnixEpoch.AddMilliseconds(await page.EvaluateAsync<long>("() => Date.now()"));
}
