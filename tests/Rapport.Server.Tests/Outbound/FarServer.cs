using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Rapport.Server.Outbound;

namespace Rapport.Server.Tests.Outbound;

/// <summary>A server elsewhere, which is on this machine: it answers what a test wants, and remembers what it was asked.</summary>
public sealed class FarServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2? _certificate;

    private FarServer(WebApplication app, X509Certificate2? certificate) => (_app, _certificate) = (app, certificate);

    /// <summary>Where it is.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>What it was asked: method, path with query, headers by name, and what came along.</summary>
    internal List<(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)> Asked { get; } = [];

    /// <summary>What lets a server ask this one.</summary>
    internal OutboundOpening Opening => new(Address.Scheme, AddressBlock.Parse("127.0.0.1/32"), Address.Port);

    /// <summary>Starts one.</summary>
    /// <param name="answer">Answers.</param>
    /// <param name="isSecure">Whether it speaks TLS, with a certificate that nobody vouches for.</param>
    public static async Task<FarServer> StartAsync(RequestDelegate answer, bool isSecure = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var certificate = isSecure ? Certificate() : null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        var far = new FarServer(app, certificate);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            lock (far.Asked)
            {
                far.Asked.Add((context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
            }

            context.Items["body"] = body;
            await answer(context);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return far;
    }

    /// <summary>A client that may ask this server and nobody else of this machine.</summary>
    internal OutboundClient Client(TimeProvider? clock = null, ResolveName? resolve = null) => new([Opening], clock ?? TimeProvider.System, NullLogger<OutboundClient>.Instance, resolve);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate?.Dispose();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
