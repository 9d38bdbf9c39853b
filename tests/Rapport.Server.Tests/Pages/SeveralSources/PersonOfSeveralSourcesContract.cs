using System.Net;
using System.Text;
using Rapport.Ledger;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Record;
using Rapport.Server.Summaries;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What a hospital told of the patient is still there on the card, in the summary and on their own page when a later file names them and says no more.</summary>
public abstract class PersonOfSeveralSourcesContract(RunningServer server)
{
    private const string Lab = """
        {"resourceType":"Patient","id":"l1","identifier":[{"system":"https://lab.example/id","value":"A9"}],"name":[{"text":"Maya Demo"}],"birthDate":"1979-05-23",
        "contact":[{"name":{"text":"SOFIA  demo"},"telecom":[{"system":"phone","value":"+1-555-0101"}]},{"name":{"text":"Sofia Demo"}}],"communication":[{"language":{"text":"English"}}]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhomToCallAndTheLanguageStayOnTheCardInTheSummaryAndOnThePage()
    {
        var home = await Household.MoveInAsync(server);
        await home.Patient.ImportAsync(server, Household.DemoDischarge(), "discharge.xml");
        using var patient = await home.Patient.SignInAsync(server);
        var card = await ReadAsync(patient, CardPlace.Own.Edit);
        Assert.Contains("Sofia Demo, +1 555 0101", card, StringComparison.Ordinal);
        Assert.Contains("value=\"English\"", card, StringComparison.Ordinal);

        var own = await home.Patient.OpenAsync(server);
        var summary = await own.QueryAsync(PatientSummary.Query, Cancel);
        var told = Encoding.UTF8.GetString(summary.ReadBody(Enumerable.Range(0, summary.Count).First(i => summary.Entries[i].ResourceType == "Patient")));
        Assert.Contains("Sofia Demo", told, StringComparison.Ordinal);
        Assert.Contains("maya@rapport.example", told, StringComparison.Ordinal);

        var page = await ReadAsync(patient, RecordPlace.Own.Entry($"Patient/{own.Patient}"));
        Assert.Contains(RecordText.AlsoFrom, page, StringComparison.Ordinal);
        Assert.Contains(">maya.json</a>", page, StringComparison.Ordinal);
        Assert.Contains(">discharge.xml</a>", page, StringComparison.Ordinal);
        Assert.Contains("Sofia Demo", page, StringComparison.Ordinal);

        // The import is one line of the ledger, and all of it holds.
        var line = (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!;
        Assert.Equal((LedgerKind.Gathered, "discharge.xml"), (line.Kind, line.Note));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    [Fact]
    public async Task WhomSeveralSourcesNameIsToldOnce()
    {
        var home = await Household.MoveInAsync(server);
        await home.Patient.ImportAsync(server, Encoding.UTF8.GetBytes(Lab), "lab.json");
        using var patient = await home.Patient.SignInAsync(server);
        var card = await ReadAsync(patient, CardPlace.Own.Edit);
        Assert.Contains(">SOFIA  demo, +1-555-0101</textarea>", card, StringComparison.Ordinal);
        Assert.Contains("value=\"English\"", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEntryOfOneSourceNamesNoOther()
    {
        var home = await Household.MoveInAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        Assert.DoesNotContain(RecordText.AlsoFrom, await ReadAsync(patient, RecordPlace.Own.Entry($"Patient/{home.Patient.Person.Record}")), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(FormVisitor visitor, string path) => WebUtility.HtmlDecode(await visitor.ReadAsync(path));
}

public sealed class PersonOfSeveralSourcesOnSqlite(RunningServer server) : PersonOfSeveralSourcesContract(server), IClassFixture<RunningServer>;

public sealed class PersonOfSeveralSourcesOnPostgres(PostgresServer postgres) : PersonOfSeveralSourcesContract(postgres.Server), IClassFixture<PostgresServer>;
