using System.Net;

namespace Rapport.Server.Tests.Hosting;

/// <summary>Guessing is slowed down.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task SigningInTooOftenIsRefusedWithAWaitingTime()
    {
        await using var server = new RunningServer { SignInsAtOnce = 5 };
        await server.InitializeAsync();
        var client = server.Client();
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage last = null!;
        for (var i = 0; i < 6; i++)
        {
            last = await client.PostAsync("/sign-in", new FormUrlEncodedContent([]), TestContext.Current.CancellationToken);
            statuses.Add(last.StatusCode);
        }

        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, statuses.SkipLast(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, last.StatusCode);
        Assert.True(last.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode);
    }
}
