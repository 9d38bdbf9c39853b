using System.Net;
using Microsoft.AspNetCore.Http;
using Rapport.Records;
using Rapport.Server.Api.Fhir;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>All of a record, in one answer or in pages.</summary>
public sealed class EverythingTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("/fhir/Patient/{0}/$everything?_cursor=")]
    [InlineData("/fhir/Patient/{0}/$everything?_count=2&_cursor=")]
    [InlineData("/fhir/Observation?patient={0}&_cursor=")]
    [InlineData("/fhir/Patient/{0}/Observation?_count=2&_cursor=")]
    public async Task ACursorThatNoPageGaveIsRefused(string path)
    {
        var (ada, stranger) = (await server.AddAdaAsync(), await server.AddStrangerAsync());
        foreach (var cursor in new[] { "garbage", "-1", "%20", $"{ada.Record}" })
        {
            foreach (var person in new[] { ada, stranger })
            {
                var answer = await person.Client.ReadAsync(string.Format(path, ada.Record) + cursor);
                Assert.Equal((HttpStatusCode.BadRequest, "invalid"), (answer.Status, answer.Code));
                Assert.Contains("_cursor", answer.Text);
            }
        }
    }

    [Fact]
    public async Task PagesAddUpToTheWhole()
    {
        var ada = await server.AddAdaAsync();
        var whole = (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything")).Resources.Select(r => (string)r["id"]!);
        List<string> paged = [];
        for (var next = $"/fhir/Patient/{ada.Record}/$everything?_count=5"; next is not null;)
        {
            var page = await ada.Client.ReadAsync(next);
            paged.AddRange(page.Resources.Select(r => (string)r["id"]!));
            next = (string?)page.Json["link"]!.AsArray().SingleOrDefault(link => (string)link!["relation"]! == "next")?["url"];
        }

        Assert.Equal(whole, paged);
    }

    /// <summary>Without <c>_count</c> it is all in one answer, but never all in memory.</summary>
    [Fact]
    public async Task ItIsWrittenInPieces()
    {
        var home = await Household.MoveInAsync(server);
        var own = await home.Patient.OpenAsync(server);
        var everything = await own.QueryAsync(new RecordQuery.Everything(), TestContext.Current.CancellationToken);
        var longest = Enumerable.Range(0, everything.Count).Max(everything.BodyLength);
        using var body = new Pieces();
        var context = new DefaultHttpContext();
        context.Response.Body = body;

        await BundleAnswer.WriteSearchsetAsync(context, everything, everything.Total, true, [], []);
        await context.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);

        Assert.True(body.Length > 4 * 64 * 1024, "too little for several pieces");
        Assert.InRange(body.Longest, 1, (64 * 1024) + longest + 1024);
    }

    /// <summary>Knows how much came between two flushes.</summary>
    private sealed class Pieces : MemoryStream
    {
        private long _flushed;

        public long Longest { get; private set; }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Longest = Math.Max(Longest, Length - _flushed);
            _flushed = Length;
            return base.FlushAsync(cancellationToken);
        }
    }
}
