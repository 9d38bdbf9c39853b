using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rapport.Data;
using Rapport.Server.Outbound;
using Rapport.TestKit;

namespace Rapport.Server.Tests.Outbound;

/// <summary>What the server asks of others: never the network it stands in, never longer or more than it should, and without telling who asks.</summary>
public sealed class OutboundClientTests
{
    private static readonly PersonId Somebody = PersonId.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ItAsksAndTellsNothingOfItself()
    {
        await using var far = await FarServer.StartAsync(context =>
        {
            context.Response.Headers.SetCookie = "a=b";
            return context.Response.WriteAsync("{}", Cancel);
        });
        using var client = far.Client();
        using var activity = new System.Diagnostics.Activity("asking").Start();

        var first = await client.AskAsync(Somebody, new OutboundRequest(new Uri(far.Address, "/a?b=c")), Cancel);
        var second = await client.AskAsync(Somebody, new OutboundRequest(new Uri(far.Address, "/d")) { Json = "[1]"u8.ToArray() }, Cancel);

        Assert.Equal((null, 200, "{}"), (first.Failure, first.Status, Encoding.UTF8.GetString(first.Body)));
        Assert.Equal([("GET", "/a?b=c", ""), ("POST", "/d", "[1]")], far.Asked.Select(static asked => (asked.Method, asked.Path, asked.Body)));
        Assert.All(far.Asked, static asked => Assert.Empty(asked.Headers.Keys.Except(["Host", "Accept", "User-Agent", "Content-Type", "Content-Length"], StringComparer.OrdinalIgnoreCase)));
        Assert.Equal(200, second.Status);
    }

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("https://example.org:8443/")]
    [InlineData("https://me@example.org/")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    public async Task NothingButHttpsAtItsPortIsAsked(string address)
    {
        using var client = Client((_, _) => throw new InvalidOperationException("nobody is to be looked for"));
        Assert.Equal(OutboundFailure.NotAsked, (await client.AskAsync(Somebody, new OutboundRequest(new Uri(address)), Cancel)).Failure);
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://[fd00:ec2::254]/")]
    public async Task AnAddressOfTheInnerNetworkIsNotReached(string address)
    {
        using var client = Client((_, _) => throw new InvalidOperationException("an address needs no looking up"));
        Assert.Equal(OutboundFailure.NotReachable, (await client.AskAsync(Somebody, new OutboundRequest(new Uri(address)), Cancel)).Failure);
    }

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("127.0.0.1")]
    [InlineData("1.1.1.1", "192.168.1.1")]
    [InlineData("2606:4700::1", "::1")]
    public async Task ANameThatLeadsInsideIsRefusedAsAWholeAndAsIfItWereNot(params string[] addresses)
    {
        var log = new Remembered();
        using var client = new OutboundClient([], TimeProvider.System, log, (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));
        using var nowhere = Client((_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));

        var inside = await client.AskAsync(Somebody, new OutboundRequest(new Uri("https://intranet.example/secret-path")), Cancel);
        var absent = await nowhere.AskAsync(Somebody, new OutboundRequest(new Uri("https://intranet.example/secret-path")), Cancel);

        Assert.Equal(OutboundFailure.NotReachable, inside.Failure);
        Assert.Equal(absent, inside with { Body = absent.Body });
        var line = Assert.Single(log.Lines);
        Assert.DoesNotContain("example", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    /// <summary>What a name means is found out once, and that very address is connected to: a second answer of the name server is not asked for.</summary>
    [Fact]
    public async Task WhatANameMeansCannotChangeBetweenTheCheckAndTheConnection()
    {
        await using var far = await FarServer.StartAsync(static context => context.Response.WriteAsync("in", Cancel));
        var answers = new Queue<string>(["127.0.0.1", "127.0.0.2"]);
        using var client = far.Client(resolve: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        var address = new Uri($"http://rebinding.example:{far.Address.Port}/");

        Assert.Equal(200, (await client.AskAsync(Somebody, new OutboundRequest(address), Cancel)).Status);

        Assert.Single(answers);
        Assert.Equal($"rebinding.example:{far.Address.Port}", far.Asked[0].Headers["Host"]);
        using var later = far.Client(resolve: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        Assert.Equal(OutboundFailure.NotReachable, (await later.AskAsync(Somebody, new OutboundRequest(address), Cancel)).Failure);
        Assert.Single(far.Asked);
    }

    /// <summary>A listener whose queue is full answers nobody, and does not say so.</summary>
    [Fact]
    public async Task AnAddressThatSwallowsEverythingDoesNotUseUpTheTimeOfTheOthers()
    {
        await using var far = await FarServer.StartAsync(static context => context.Response.WriteAsync("in", Cancel));
        using var deaf = new DeafListener(IPAddress.Parse("127.0.0.2"), far.Address.Port);
        var clock = new ManualClock();
        var rules = new OutboundRules(OutboundOpening.Parse($"http://127.0.0.0/30:{far.Address.Port}")!);
        var connector = new OutboundConnector(rules, (_, _) => Task.FromResult<IPAddress[]>([deaf.Address, IPAddress.Loopback]), clock, NullLogger<OutboundClient>.Instance);

        var connecting = connector.ConnectAsync("http", "two.example", far.Address.Port, Cancel).AsTask();
        Assert.False(connecting.IsCompleted);
        clock.Advance(OutboundConnector.Patience);

        await using var connection = await connecting;
        Assert.True(connection.CanWrite);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/admin")]
    [InlineData("https://localhost/admin")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//127.0.0.2/")]
    public async Task ItIsNotSentOnToWhereItMayNot(string target)
    {
        await using var inner = await FarServer.StartAsync(static context => context.Response.WriteAsync("secret", Cancel));
        await using var far = await FarServer.StartAsync(context =>
        {
            context.Response.Redirect(string.Format(null, target, inner.Address.Port));
            return Task.CompletedTask;
        });
        using var client = far.Client();

        var answer = await client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel);

        Assert.True(answer.Failure is OutboundFailure.Misdirected or OutboundFailure.NotReachable, $"{answer}");
        Assert.Empty(inner.Asked);
    }

    [Fact]
    public async Task ItIsSentOnAFewTimesAndNoMore()
    {
        await using var far = await FarServer.StartAsync(static context =>
        {
            var left = int.Parse(context.Request.Path.Value![1..], null);
            if (left > 0)
            {
                context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
                context.Response.Headers.Location = $"/{left - 1}";
                return Task.CompletedTask;
            }

            return context.Response.WriteAsync((string)context.Items["body"]!, Cancel);
        });
        using var client = far.Client();
        var request = new OutboundRequest(new Uri(far.Address, "/3")) { Json = "[7]"u8.ToArray() };

        Assert.Equal("[7]", Encoding.UTF8.GetString((await client.AskAsync(Somebody, request, Cancel)).Body));
        Assert.Equal(OutboundFailure.Misdirected, (await client.AskAsync(Somebody, request with { Address = new Uri(far.Address, "/4") }, Cancel)).Failure);
    }

    [Fact]
    public async Task WhatIsSentAlongGoesNotWhereABrowserWouldDropIt()
    {
        await using var far = await FarServer.StartAsync(static context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });
        using var client = far.Client();
        Assert.Equal(OutboundFailure.Misdirected, (await client.AskAsync(Somebody, new OutboundRequest(far.Address) { Json = "[7]"u8.ToArray() }, Cancel)).Failure);
        Assert.Single(far.Asked);
    }

    [Fact]
    public async Task WhoCannotShowWhoTheyAreIsNotBelieved()
    {
        await using var far = await FarServer.StartAsync(static context => context.Response.WriteAsync("in", Cancel), isSecure: true);
        using var client = far.Client();
        Assert.Equal(OutboundFailure.NotSecure, (await client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel)).Failure);
        Assert.Empty(far.Asked);
    }

    [Theory]
    [InlineData("length")]
    [InlineData("endless")]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("headers")]
    public async Task MoreThanWhatIsReadIsNotRead(string how)
    {
        await using var far = await FarServer.StartAsync(context => TooMuchAsync(context, how));
        using var client = far.Client();
        var before = GC.GetTotalAllocatedBytes();
        var answer = await client.AskAsync(Somebody, new OutboundRequest(far.Address) { MostBytes = 100_000 }, Cancel);
        Assert.Equal(OutboundFailure.TooLarge, answer.Failure);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 60_000_000);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("identity")]
    public async Task WhatIsPackedIsUnpacked(string encoding)
    {
        await using var far = await FarServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.Body.WriteAsync(Pack(encoding, "hello"u8.ToArray()), Cancel).AsTask();
        });
        using var client = far.Client();
        Assert.Equal("hello", Encoding.UTF8.GetString((await client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel)).Body));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, gzip")]
    [InlineData("gzip")]
    public async Task WhatIsPackedInAnotherWayOrDamagedIsBroken(string encoding)
    {
        await using var far = await FarServer.StartAsync(context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.WriteAsync("hello", Cancel);
        });
        using var client = far.Client();
        Assert.Equal(OutboundFailure.Broken, (await client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel)).Failure);
    }

    [Fact]
    public async Task AnAnswerThatBreaksOffIsBroken()
    {
        await using var far = await FarServer.StartAsync(static async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("half", Cancel);
            await context.Response.CompleteAsync();
        });
        using var client = far.Client();
        Assert.Equal(OutboundFailure.Broken, (await client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel)).Failure);
    }

    /// <summary>A letter a moment keeps nobody busy for ever: neither silence nor a drip is waited for beyond the limit.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhoAnswersTooSlowlyIsNotWaitedFor(bool drips)
    {
        var clock = new ManualClock();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var far = await FarServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult());
            await context.Response.Body.FlushAsync(Cancel);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                if (drips)
                {
                    await context.Response.WriteAsync("a", Cancel);
                    await context.Response.Body.FlushAsync(Cancel);
                }

                // Nothing in here waits for a clock on the wall: each turn moves the client's by less than silence may last.
                clock.Advance(OutboundClient.Idle / 2);
                await Task.Yield();
            }
        });
        using var client = far.Client(clock);
        var answer = await client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel);
        Assert.Equal(OutboundFailure.TooSlow, answer.Failure);
        await gone.Task.WaitAsync(Cancel);
    }

    [Fact]
    public async Task OnePersonWhoAsksTooMuchDoesNotKeepOutAnother()
    {
        var (go, arrived) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new SemaphoreSlim(0));
        await using var far = await FarServer.StartAsync(async context =>
        {
            arrived.Release();
            await (context.Request.Path == "/other" ? Task.CompletedTask : go.Task.WaitAsync(Cancel));
            await context.Response.WriteAsync("in", Cancel);
        });
        using var client = far.Client();
        List<Task<OutboundAnswer>> asking = [.. Enumerable.Range(0, 30).Select(_ => client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel))];
        for (var i = 0; i < 4; i++)
        {
            await arrived.WaitAsync(Cancel);
        }

        Assert.Equal(200, (await client.AskAsync(PersonId.New(), new OutboundRequest(new Uri(far.Address, "/other")), Cancel)).Status);
        Assert.Equal(4, far.Asked.Count(static asked => asked.Path == "/"));
        go.SetResult();
        var answers = await Task.WhenAll(asking);
        Assert.Equal((20, 10), (answers.Count(static a => a.Status == 200), answers.Count(static a => a.Failure == OutboundFailure.TooMany)));
    }

    [Fact]
    public async Task WhoGivesUpIsNotTakenForSlow()
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var far = await FarServer.StartAsync(async context =>
        {
            await given.CancelAsync();
            await context.Response.WriteAsync("in", CancellationToken.None);
        });
        using var client = far.Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AskAsync(Somebody, new OutboundRequest(far.Address), given.Token));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("soon", null)]
    [InlineData("Mon, 01 Jun 2026 12:01:00 GMT", 60)]
    [InlineData("Mon, 01 Jun 2020 12:01:00 GMT", null)]
    public async Task WhenToAskAgainIsTold(string header, int? seconds)
    {
        await using var far = await FarServer.StartAsync(context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });
        using var client = far.Client(new ManualClock());
        var answer = await client.AskAsync(Somebody, new OutboundRequest(far.Address), Cancel);
        Assert.Equal((429, seconds), (answer.Status, (int?)answer.RetryAfter?.TotalSeconds));
    }

    [Theory]
    [InlineData("https://10.1.0.0/16", "https", "10.1.2.3", 443)]
    [InlineData("http://10.1.2.3/32:8080", "http", "10.1.2.3", 8080)]
    [InlineData("https://fd00::/8:8443", "https", "fd00::7", 8443)]
    [InlineData("https://10.2.0.0/16, http://127.0.0.0/8", "http", "127.0.0.1", 80)]
    public void AnOperatorMayOpenAddressesOfTheirOwn(string text, string scheme, string address, int port)
    {
        var rules = new OutboundRules(OutboundOpening.Parse(text)!);
        Assert.True(rules.MayConnect(scheme, IPAddress.Parse(address), port));
        Assert.False(rules.MayConnect(scheme == "http" ? "https" : "http", IPAddress.Parse(address), port));
        Assert.False(rules.MayConnect(scheme, IPAddress.Parse(address), port + 1));
        Assert.False(rules.MayConnect(scheme, IPAddress.Parse("172.16.0.1"), port));
        Assert.False(rules.MayConnect("http", IPAddress.Parse("1.1.1.1"), port));
        Assert.True(rules.MayConnect("https", IPAddress.Parse("1.1.1.1"), 443));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("10.0.0.0/8")]
    [InlineData("ftp://10.0.0.0/8")]
    [InlineData("https://10.0.0.1/8")]
    [InlineData("https://10.0.0.0/33")]
    [InlineData("https://10.0.0.0/8:0")]
    [InlineData("https://10.0.0.0/8:70000")]
    [InlineData("https://10.0.0.0/8:1:2")]
    [InlineData("https://10.0.0.0")]
    [InlineData("https://intranet.example/8")]
    [InlineData("https://10.0.0.0/8,nonsense")]
    public void WhatIsNoOpeningIsNone(string text) => Assert.Null(OutboundOpening.Parse(text));

    private static OutboundClient Client(ResolveName resolve) => new([], TimeProvider.System, NullLogger<OutboundClient>.Instance, resolve);

    private static async Task TooMuchAsync(HttpContext context, string how)
    {
        switch (how)
        {
            case "length":
                context.Response.ContentLength = 200_000;
                await context.Response.Body.WriteAsync(new byte[200_000], Cancel);
                break;
            case "headers":
                context.Features.GetRequiredFeature<IHttpResponseFeature>().Headers["x-long"] = new string('a', 40_000);
                break;
            case "endless":
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(new byte[10_000], context.RequestAborted);
                }

                break;
            default:
                context.Response.Headers.ContentEncoding = how;
                await context.Response.Body.WriteAsync(Pack(how, new byte[20_000_000]), Cancel);
                break;
        }
    }

    private static byte[] Pack(string how, byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (Stream packing = how switch
        {
            "gzip" => new GZipStream(memory, CompressionLevel.Fastest),
            "br" => new BrotliStream(memory, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(memory, CompressionLevel.Fastest),
            _ => new BufferedStream(memory),
        })
        {
            packing.Write(bytes);
            packing.Flush();
            if (how == "identity")
            {
                return memory.ToArray();
            }
        }

        return memory.ToArray();
    }

    private sealed class Remembered : ILogger<OutboundClient>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
