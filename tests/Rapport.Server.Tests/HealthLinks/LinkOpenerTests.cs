using System.Text;
using Microsoft.AspNetCore.Http;
using Rapport.Data;
using Rapport.Gathering;
using Rapport.Server.HealthLinks;
using Rapport.TestKit;

namespace Rapport.Server.Tests.HealthLinks;

/// <summary>Opening links on a server elsewhere: what it gives is taken whole, what it refuses is told, and what it plays is stopped.</summary>
public sealed class LinkOpenerTests
{
    private static readonly byte[] Hello = "{\"resourceType\":\"Patient\"}"u8.ToArray();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FilesInTheManifestAndElsewhereAreOpened()
    {
        await using var server = await LinkServer.StartAsync(status: "can-change");
        server.Files.AddRange([(LinkFile.Fhir, Hello, true), (LinkFile.Access, "{}"u8.ToArray(), false), (LinkFile.Cards, "cards"u8.ToArray(), false)]);

        var opening = await OpenAsync(server, server.Link());

        var link = opening.Link!;
        Assert.Equal((null, "127.0.0.1", true), (opening.Fault, link.Host, link.MayChange));
        Assert.Equal([(LinkFile.Fhir, Encoding.UTF8.GetString(Hello)), (LinkFile.Cards, "cards")], link.Files.Select(static file => (file.ContentType!, Encoding.UTF8.GetString(file.Bytes))));
        Assert.Equal([LinkFile.Access], link.Left);
        Assert.DoesNotContain(server.Far.Asked, static asked => asked.Path == "/files/1");
        Assert.Equal("""{"recipient":"Rapport, for the patient","embeddedLengthMax":4194304}""", server.Far.Asked[0].Body);
    }

    [Fact]
    public async Task ALinkToOneFileIsAskedWithoutAManifest()
    {
        await using var server = await LinkServer.StartAsync();
        server.Files.Add((LinkFile.Fhir, Hello, false));

        var opening = await OpenAsync(server, server.Direct());

        Assert.Equal(Hello, Assert.Single(opening.Link!.Files).Bytes);
        Assert.Equal([("GET", "/files/0?recipient=Rapport%2C%20for%20the%20patient")], server.Far.Asked.Select(static asked => (asked.Method, asked.Path)));
    }

    [Fact]
    public async Task APasscodeIsAskedForAndAWrongOneTellsHowManyAreLeft()
    {
        await using var server = await LinkServer.StartAsync(hasPasscode: true);
        server.Files.Add((LinkFile.Fhir, Hello, true));

        Assert.Equal(LinkFault.PasscodeNeeded, (await OpenAsync(server, server.Link("P"))).Fault);
        Assert.Empty(server.Far.Asked);
        var wrong = await OpenAsync(server, server.Link("P"), "1111");
        Assert.Equal((LinkFault.WrongPasscode, 4), (wrong.Fault, wrong.AttemptsLeft));
        Assert.Single((await OpenAsync(server, server.Link("P"), LinkServer.Passcode)).Link!.Files);

        // A link that does not say so may need one all the same.
        Assert.Equal(LinkFault.PasscodeNeeded, (await OpenAsync(server, server.Link())).Fault);
    }

    [Fact]
    public async Task ALinkThatIsOverIsNotEvenAsked()
    {
        await using var server = await LinkServer.StartAsync();
        Assert.Equal(LinkFault.Expired, (await OpenAsync(server, server.Link(exp: 1_704_096_000))).Fault);
        Assert.Empty(server.Far.Asked);
    }

    [Theory]
    [InlineData(404, "", nameof(LinkFault.Over))]
    [InlineData(410, "", nameof(LinkFault.Over))]
    [InlineData(429, "", nameof(LinkFault.TooManyRequests))]
    [InlineData(401, "", nameof(LinkFault.PasscodeNeeded))]
    [InlineData(403, "", nameof(LinkFault.Refused))]
    [InlineData(500, "", nameof(LinkFault.Refused))]
    [InlineData(204, "", nameof(LinkFault.Refused))]
    [InlineData(200, "", nameof(LinkFault.NotUnderstood))]
    [InlineData(200, "<html>", nameof(LinkFault.NotUnderstood))]
    [InlineData(200, "{\"files\":[]}", nameof(LinkFault.NothingInIt))]
    [InlineData(200, "{\"status\":\"no-longer-valid\"}", nameof(LinkFault.Over))]
    [InlineData(200, "{\"files\":[{\"contentType\":\"application/smart-api-access\",\"embedded\":\"x\"}]}", nameof(LinkFault.NothingInIt))]
    [InlineData(200, "{\"files\":[{\"contentType\":\"application/fhir+json\",\"embedded\":\"x\"}]}", nameof(LinkFault.NotUnderstood))]
    public async Task WhatItsServerAnswersIsTold(int status, string body, string expected)
    {
        await using var server = await LinkServer.StartAsync();
        server.Instead = context => AnswerAsync(context, status, body);
        Assert.Equal(expected, (await OpenAsync(server, server.Link())).Fault.ToString());
    }

    [Theory]
    [InlineData("{\"remainingAttempts\":3}", 3)]
    [InlineData("{\"remainingAttempts\":0}", 0)]
    [InlineData("{\"remainingAttempts\":\"3\"}", null)]
    [InlineData("{\"remainingAttempts\":1e99}", null)]
    [InlineData("{\"remainingAttempts\":-3}", null)]
    [InlineData("[]", null)]
    [InlineData("nonsense", null)]
    public async Task HowManyAttemptsAreLeftIsReadWithCare(string body, int? left)
    {
        await using var server = await LinkServer.StartAsync();
        server.Instead = context => AnswerAsync(context, 401, body);
        Assert.Equal(left, (await OpenAsync(server, server.Link("P"), "1")).AttemptsLeft);
    }

    [Fact]
    public async Task WhenToAskAgainIsTold()
    {
        await using var server = await LinkServer.StartAsync();
        server.Instead = context =>
        {
            context.Response.Headers.RetryAfter = "300";
            return AnswerAsync(context, 429, "");
        };
        Assert.Equal(TimeSpan.FromMinutes(5), (await OpenAsync(server, server.Link())).RetryAfter);
    }

    [Theory]
    [InlineData("https://127.0.0.1/f")]
    [InlineData("http://127.0.0.2:{0}/f")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("http://10.0.0.7/f")]
    public async Task AFileOnTheInnerNetworkIsNotFetchedAndThenNothingIsTaken(string location)
    {
        await using var server = await LinkServer.StartAsync();
        var manifest = HealthLinkMake.Manifest(
            null, [(LinkFile.Fhir, server.Make.Seal(Hello), null), (LinkFile.Fhir, null, string.Format(null, location, server.Far.Address.Port))]);
        server.Instead = context => AnswerAsync(context, 200, manifest);
        var opening = await OpenAsync(server, server.Link());
        Assert.True(opening.Fault is LinkFault.NotAsked or LinkFault.NotReachable, $"{opening.Fault}");
        Assert.Null(opening.Link);
        Assert.Single(server.Far.Asked);
    }

    [Fact]
    public async Task ThousandsOfFilesAreNotFetched()
    {
        await using var server = await LinkServer.StartAsync();
        server.Files.AddRange(Enumerable.Repeat((LinkFile.Fhir, Hello, false), 5000));
        Assert.Equal(LinkFault.TooLarge, (await OpenAsync(server, server.Link())).Fault);
        Assert.Single(server.Far.Asked);
    }

    [Fact]
    public async Task AManifestWithoutEndAndFilesThatAreTooMuchTogetherAreTooLarge()
    {
        await using var server = await LinkServer.StartAsync();
        server.Instead = async context =>
        {
            var part = Encoding.ASCII.GetBytes(new string(' ', 1_000_000));
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
            }
        };
        Assert.Equal(LinkFault.TooLarge, (await OpenAsync(server, server.Link())).Fault);

        // Each is small enough, and so is each as it is sealed: it is what they unpack to.
        await using var another = await LinkServer.StartAsync();
        another.Files.AddRange(Enumerable.Repeat((LinkFile.Fhir, new byte[LinkOpener.MostBytes / 3], false), 4));
        Assert.Equal(LinkFault.TooLarge, (await OpenAsync(another, another.Link())).Fault);
    }

    [Fact]
    public async Task AFileOfAnotherKeyTakesNothing()
    {
        await using var server = await LinkServer.StartAsync();
        var other = new HealthLinkMake { Key = new byte[32] };
        server.Instead = context => AnswerAsync(context, 200, HealthLinkMake.Manifest(null, [(LinkFile.Fhir, server.Make.Seal(Hello), null), (LinkFile.Fhir, other.Seal(Hello), null)]));
        var opening = await OpenAsync(server, server.Link());
        Assert.Equal((LinkFault.DoesNotOpen, null), (opening.Fault, opening.Link));
    }

    /// <summary>Each file may take its time, all of them together may not.</summary>
    [Fact]
    public async Task ManySlowFilesAreNotWaitedForTogether()
    {
        var clock = new ManualClock();
        await using var server = await LinkServer.StartAsync();
        var manifest = HealthLinkMake.Manifest(null, Enumerable.Repeat<(string, string?, string?)>((LinkFile.Fhir, null, new Uri(server.Far.Address, "/slow").AbsoluteUri), 90));
        server.Instead = context =>
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            return AnswerAsync(context, 200, context.Request.Path == "/slow" ? server.Make.Seal(Hello) : manifest);
        };
        Assert.Equal(LinkFault.TooSlow, (await OpenAsync(server, server.Link(), clock: clock)).Fault);
        Assert.InRange(server.Far.Asked.Count, 5, 8);
    }

    /// <summary>Slow links of one person take one place, and those of others find room.</summary>
    [Fact]
    public async Task APersonOpensOneLinkAfterTheOther()
    {
        await using var slow = await LinkServer.StartAsync();
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        slow.Instead = async context =>
        {
            asked.TrySetResult();
            await release.Task;
            await AnswerAsync(context, 404, "");
        };

        // By a clock that stands: however long they wait here, nobody gives up.
        var clock = new ManualClock();
        using var client = slow.Far.Client(clock);
        using var opener = new LinkOpener(client, clock);
        var person = PersonId.New();
        var link = HealthLink.Read(slow.Link(), out _)!;
        var first = opener.OpenAsync(person, link, null, Cancel);
        await asked.Task;

        Assert.Equal(LinkFault.Busy, (await opener.OpenAsync(person, link, null, Cancel)).Fault);
        var others = Enumerable.Range(0, 8).Select(_ => opener.OpenAsync(PersonId.New(), link, null, Cancel)).ToList();
        while (slow.Far.Asked.Count < 1 + others.Count)
        {
            await Task.Yield();
        }

        release.SetResult();
        Assert.Equal(LinkFault.Over, (await first).Fault);
        Assert.All(await Task.WhenAll(others), static opening => Assert.Equal(LinkFault.Over, opening.Fault));

        // The place is free again.
        Assert.Equal(LinkFault.Over, (await opener.OpenAsync(person, link, null, Cancel)).Fault);
    }

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body, Cancel);
    }

    private static async Task<LinkOpening> OpenAsync(LinkServer server, string text, string? passcode = null, TimeProvider? clock = null)
    {
        using var client = server.Far.Client(clock);
        using var opener = new LinkOpener(client, clock ?? TimeProvider.System);
        return await opener.OpenAsync(PersonId.New(), HealthLink.Read(text, out _)!, passcode, Cancel);
    }
}
