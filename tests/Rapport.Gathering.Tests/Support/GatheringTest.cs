using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Gathering.Tests;

/// <summary>What each suite of this module starts from: the records of an installation on SQLite, and ways to make a patient and to import.</summary>
public abstract class GatheringTest(SqliteTestDatabase test) : IAsyncLifetime, IClassFixture<SqliteTestDatabase>
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected SqliteTestDatabase Test => test;

    protected RecordsModule Records { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(RecordsModule));
        Records = await OpenNodeAsync(new RecordsOptions());
    }

    public async ValueTask DisposeAsync()
    {
        await Records.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another node on the same database.</summary>
    protected Task<RecordsModule> OpenNodeAsync(RecordsOptions options) => RecordsModule.OpenAsync(test.OpenAnother(), test.Keyring, options, test.Clock, Cancel);

    /// <summary>A new, empty record, seen by a node; by the one that all share unless another is named.</summary>
    protected async Task<TestRecord> NewRecordAsync(RecordsModule? node = null)
    {
        var compartments = (node ?? Records).Compartments;
        var person = PersonId.New();
        var owner = new Actor(person, $"RelatedPerson/{person}", "Maya Ortiz", [$"RelatedPerson/{person}"]);
        var own = await compartments.OpenOwnAsync(await compartments.CreateAsync(owner, Cancel), owner, Cancel);
        return new TestRecord(own!);
    }

    protected void Tick() => test.Clock.Advance(TimeSpan.FromMinutes(1));
}

/// <summary>A record that is imported into.</summary>
public sealed record TestRecord(OwnAccess Own)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Patient => Own.Patient.ToString();

    public string Reference => $"Patient/{Patient}";

    public Task<ImportResult> ImportAsync(ReadOnlyMemory<byte> content, bool confirmed = false) =>
        FhirImporter.ImportAsync(Own, content, new ImportOptions { SourceName = "file.json", IdentityConfirmed = confirmed }, Cancel);

    public Task<ImportResult> ImportAsync(JsonObject content, bool confirmed = false) => ImportAsync(Encoding.UTF8.GetBytes(content.ToJsonString()), confirmed);

    /// <summary>Imports a source of whatever format its content shows.</summary>
    public Task<ImportResult> ImportAsync(SourceContent content, ImportOptions? options = null) =>
        Importer.ImportAsync(Own, content, options ?? new ImportOptions { SourceName = content.Name }, Cancel);

    /// <summary>Imports what must be taken.</summary>
    public async Task<ImportResult> TakeAsync(JsonObject content, bool confirmed = false)
    {
        var result = await ImportAsync(content, confirmed);
        Assert.Equal((ImportStatus.Taken, ""), (result.Status, Text(result.Issues.Where(static i => i.Severity == IssueSeverity.Error))));
        return result;
    }

    /// <summary>Imports what must be refused and change nothing; the issues.</summary>
    public async Task<IReadOnlyList<CheckIssue>> RefuseAsync(ReadOnlyMemory<byte> content)
    {
        var before = await StateAsync();
        var result = await ImportAsync(content);
        Assert.Equal(ImportStatus.Refused, result.Status);
        Assert.NotEmpty(result.Issues);
        Assert.Equal((null, -1L), (result.Source, result.LedgerIndex));
        Assert.Equal(before, await StateAsync());
        return result.Issues;
    }

    public Task<IReadOnlyList<CheckIssue>> RefuseAsync(JsonObject content) => RefuseAsync(Encoding.UTF8.GetBytes(content.ToJsonString()));

    /// <summary>Everything that a write would change: how far the record and the ledger are, and the sources.</summary>
    public async Task<(int Entries, long Ledger, int Sources)> StateAsync()
    {
        var overview = await Own.OverviewAsync(Cancel);
        return (overview.Total, overview.LedgerSize, (await Own.SourcesAsync(Cancel)).Count);
    }

    /// <summary>The current entries: <c>Type/id</c> and body.</summary>
    public async Task<IReadOnlyDictionary<string, JsonElement>> ReadAsync()
    {
        var answer = await Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        return Enumerable.Range(0, answer.Count).ToDictionary(i => answer.Entries[i].Reference, i => JsonElement.Parse(answer.ReadBody(i)));
    }

    /// <summary>The current entries of one type.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(string type) =>
        [.. (await ReadAsync()).Where(e => e.Key.StartsWith(type + "/", StringComparison.Ordinal)).Select(static e => e.Value)];

    /// <summary>The record as the patient would take it elsewhere.</summary>
    public async Task<byte[]> ExportAsync(string? server = null)
    {
        var answer = await Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        var entries = Enumerable.Range(0, answer.Count).Select(i =>
            (server is null ? "{" : $"{{\"fullUrl\":\"{server}/{answer.Entries[i].Reference}\",") + $"\"resource\":{Encoding.UTF8.GetString(answer.ReadBody(i))}}}");
        return Encoding.UTF8.GetBytes($"{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{string.Join(',', entries)}]}}");
    }

    /// <summary>Holds the record against its ledger, and each entry against the definitions of FHIR.</summary>
    public async Task VerifyAsync()
    {
        Assert.Empty(await Own.CheckAsync(Cancel));
        var answer = await Own.QueryAsync(new RecordQuery.Everything(), Cancel);
        for (var i = 0; i < answer.Count; i++)
        {
            var parsed = Resource.Parse(answer.ReadBody(i));
            Assert.True(parsed.IsValid, $"{answer.Entries[i].Reference}: {Text(parsed.Issues)}");
        }
    }

    public static string Text(IEnumerable<CheckIssue> issues) => string.Join("; ", issues.Select(static i => $"{i.Location}: {i.Text}"));
}
