using System.Net;
using System.Text;
using Dapper;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Rapport.Server.Hosting;
using Rapport.Server.Tests.Api;

namespace Rapport.Server.Tests.Hosting;

/// <summary>Stored data that somebody changed is not given to anybody, and the error tells nothing of it.</summary>
public sealed class DamagedDataTests
{
    [Fact]
    public async Task AChangedBodyIsAnErrorAndNeverHalfAnAnswer()
    {
        var folder = Directory.CreateTempSubdirectory("rapport-damaged-").FullName;
        try
        {
            await using var first = new RunningServer { Folder = folder };
            await first.InitializeAsync();
            var ada = await first.AddAdaAsync();
            await first.Modules.Database.WriteAsync(
                t => t.Connection!.ExecuteAsync("UPDATE entry SET body = zeroblob(length(body)) WHERE seq = 5", transaction: t), TestContext.Current.CancellationToken);

            await using var second = new RunningServer { Folder = folder };
            await second.InitializeAsync();
            var answer = await second.Client(ada.Token.Secret).ReadAsync($"/fhir/Patient/{ada.Record}/$everything");

            Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
            Assert.Contains("damaged", answer.Text);
            Assert.DoesNotContain("entry", answer.Body);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task AnAnswerThatBreaksOffIsCutAndNotCompletedWithAnError()
    {
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        var lifetime = new Lifetime();
        context.Response.Body = body;
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var guard = new RequestGuard(
            http =>
            {
                http.Response.BodyWriter.GetSpan(10)[..10].Fill((byte)'x');
                http.Response.BodyWriter.Advance(10);
                throw new InvalidDataException("secret");
            },
            NullLogger<RequestGuard>.Instance);

        await guard.InvokeAsync(context);

        Assert.True(lifetime.IsAborted);
        Assert.DoesNotContain("OperationOutcome", Encoding.UTF8.GetString(body.ToArray()));
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
