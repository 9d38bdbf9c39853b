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

    [Theory]
    [InlineData("UPDATE entry SET body = zeroblob(length(body)) WHERE seq = 5")]
    [InlineData("DELETE FROM entry WHERE seq = 5")]
    [InlineData("UPDATE compartment SET data_key = zeroblob(length(data_key))")]
    [InlineData("UPDATE compartment SET ledger_frontier = zeroblob(length(ledger_frontier))")]
    [InlineData("UPDATE compartment SET record_seq = record_seq + 1")]
    public async Task ADamagedRecordLooksToAStrangerLikeNone(string damage)
    {
        var folder = Directory.CreateTempSubdirectory("rapport-damaged-").FullName;
        try
        {
            await using var first = new RunningServer { Folder = folder };
            await first.InitializeAsync();
            var (ada, stranger) = (await first.AddAdaAsync(), await first.AddStrangerAsync());
            await using var second = new RunningServer { Folder = folder };
            await second.InitializeAsync();

            // One server has the record in memory as it was, the other has never seen it.
            await first.Modules.Database.WriteAsync(t => t.Connection!.ExecuteAsync(damage, transaction: t), TestContext.Current.CancellationToken);

            var nobody = Data.PatientId.New();
            foreach (var server in new[] { first, second })
            {
                var (asStranger, asAda) = (server.Client(stranger.Token.Secret), server.Client(ada.Token.Secret));
                foreach (var path in new[]
                {
                    "/fhir/Patient/{0}", "/fhir/Patient/{0}/_history", "/fhir/Patient/{0}/$everything", "/fhir/Observation?patient={0}", "/fhir/Consent?patient={0}&_summary=count",
                    "/api/ledger/{0}", "/shared/{0}", "/shared",
                })
                {
                    var damaged = await asStranger.ReadAsync(string.Format(path, ada.Record));
                    var absent = await asStranger.ReadAsync(string.Format(path, nobody));
                    Assert.Equal(Seen(absent).Replace(nobody.ToString(), "ID"), Seen(damaged).Replace(ada.Record.ToString(), "ID"));
                }

                if (server == second)
                {
                    Assert.Equal(HttpStatusCode.InternalServerError, (await asAda.ReadAsync($"/fhir/Patient/{ada.Record}")).Status);
                }
            }

            // Every page has antiforgery tokens of its own around its main part.
            static string Seen(Answer answer) => answer.Body.IndexOf("<main", StringComparison.Ordinal) is >= 0 and var main
                ? $"{answer.Status}\n{answer.Body[main..answer.Body.IndexOf("</main>", StringComparison.Ordinal)]}"
                : answer.ToString();
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
