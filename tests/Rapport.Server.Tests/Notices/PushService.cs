using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Rapport.Server.Outbound;

namespace Rapport.Server.Tests.Notices;

/// <summary>A push service, which is on this machine: it keeps what it is given, and answers as a test wants.</summary>
internal sealed class PushService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<Pushed> _got = [];

    private PushService(WebApplication app) => _app = app;

    /// <summary>Answers; 201 unless a test says something else.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Created;

    /// <summary>What it was given, in its order.</summary>
    public IReadOnlyList<Pushed> Got
    {
        get
        {
            lock (_got)
            {
                return [.. _got];
            }
        }
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>What lets a server ask it.</summary>
    public OutboundOpening Opening => new("http", AddressBlock.Parse("127.0.0.1/32"), Address.Port);

    public static async Task<PushService> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var service = new PushService(app);
        app.Run(async context =>
        {
            using var memory = new MemoryStream();
            await context.Request.Body.CopyToAsync(memory, context.RequestAborted);
            lock (service._got)
            {
                service._got.Add(new Pushed(context.Request.Method, context.Request.Path, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), memory.ToArray()));
            }

            await service.Answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    public void Forget()
    {
        lock (_got)
        {
            _got.Clear();
        }
    }

    public static Task Created(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        return Task.CompletedTask;
    }

    /// <summary>Answers with a number.</summary>
    public static Func<HttpContext, Task> Status(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>What came to a push service.</summary>
internal sealed record Pushed(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
