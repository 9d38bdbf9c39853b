using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>What each contract suite of this module starts from: two nodes on one database, and ways to make patients and recipients.</summary>
public abstract class RecordsContract(TestDatabase test) : IAsyncLifetime
{
    private readonly List<RecordsModule> _nodes = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected TestDatabase Test => test;

    protected ManualClock Clock => test.Clock;

    /// <summary>The node most of a test runs on.</summary>
    protected RecordsModule Records { get; private set; } = null!;

    /// <summary>Another node on the same database.</summary>
    protected RecordsModule OtherNode { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(RecordsModule));
        Records = await OpenNodeAsync();
        OtherNode = await OpenNodeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected async Task<RecordsModule> OpenNodeAsync(RecordsOptions? options = null)
    {
        var node = await RecordsModule.OpenAsync(test.OpenAnother(), test.Keyring, options ?? new RecordsOptions(), test.Clock, Cancel);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A node that labels by rules of the test's own.</summary>
    private protected async Task<RecordsModule> OpenNodeAsync(LabelRules rules)
    {
        var node = await RecordsModule.OpenAsync(test.OpenAnother(), test.Keyring, new RecordsOptions(), rules, test.Clock, Cancel);
        _nodes.Add(node);
        return node;
    }

    protected async Task<TestPatient> NewPatientAsync(string name = "Maya Ortiz", RecordsModule? node = null)
    {
        var person = PersonId.New();
        var owner = new Actor(person, $"RelatedPerson/{person}", name, [$"RelatedPerson/{person}"]);
        var id = await (node ?? Records).Compartments.CreateAsync(owner, Cancel);
        return await OpenAsync(id, owner, node ?? Records);
    }

    /// <summary>The same patient as another node sees them.</summary>
    protected static Task<TestPatient> OpenAsync(TestPatient patient, RecordsModule node) => OpenAsync(patient.Id, patient.Owner, node);

    /// <summary>A professional, with further references by which consents may know them.</summary>
    protected static Actor NewDoctor(string name = "Dr Lee", params string[] knownAs)
    {
        var person = PersonId.New();
        return new Actor(person, $"Practitioner/{person}", name, [$"Practitioner/{person}", .. knownAs]);
    }

    protected Task<Disclosure?> AskAsync(Actor recipient, TestPatient patient, RecordQuery query, string purpose = "TREAT", RecordsModule? node = null) =>
        (node ?? Records).Gate.DiscloseAsync(new DisclosureAsk(recipient, patient.Id, purpose, query), Cancel);

    protected static RecordQuery.Search Search(string type, string query = "")
    {
        var parsed = SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query));
        Assert.Empty(parsed.Errors);
        return new RecordQuery.Search(parsed.Query!);
    }

    /// <summary>The day so many days from now, as FHIR writes it.</summary>
    protected string Day(int days) => Clock.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd");

    /// <summary>The ids of an answer's entries, in their order.</summary>
    protected static IReadOnlyList<string> Ids(RecordAnswer? answer) => answer is null ? [] : [.. answer.Entries.Select(static e => e.Id)];

    private static async Task<TestPatient> OpenAsync(PatientId id, Actor owner, RecordsModule node)
    {
        var own = await node.Compartments.OpenOwnAsync(id, owner, Cancel);
        Assert.NotNull(own);
        return new TestPatient(id, owner, own);
    }
}

/// <summary>A patient with their own access to their record, on one node.</summary>
public sealed record TestPatient(PatientId Id, Actor Owner, OwnAccess Own)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Reference => $"Patient/{Id}";

    /// <summary>Adds entries in one gathering; their local ids, in order.</summary>
    public async Task<IReadOnlyList<LocalId>> AddAsync(params IReadOnlyList<JsonObject> contents)
    {
        LocalId[] ids = [.. contents.Select(static _ => LocalId.New())];
        await WriteAsync([.. contents.Select((content, i) => (ids[i], 1, content))]);
        return ids;
    }

    public async Task<LocalId> AddAsync(JsonObject content) => (await AddAsync([content]))[0];

    /// <summary>Adds entries, or further versions of them, in one gathering.</summary>
    public async Task<GatheringOutcome> WriteAsync(params IReadOnlyList<(LocalId Local, int Version, JsonObject Content)> entries) => await Own.GatherAsync(
        new SourceDescription("file", "lab results.json"),
        view => new GatheringPlan([.. entries.Select(e => Draft(view, e.Local, e.Version, e.Content))]),
        Cancel);

    /// <summary>Makes a consent; the id it got.</summary>
    public async Task<LocalId> ConsentAsync(JsonObject consent)
    {
        var written = await Own.PutConsentAsync(null, Parse(consent), null, Cancel);
        Assert.Equal(ConsentWriteStatus.Created, written.Status);
        Assert.Empty(written.Problems);
        return LocalId.Parse(written.Entry!.Id.AsSpan(PatientId.TextLength + 1));
    }

    public Task<ConsentWritten> ReplaceConsentAsync(LocalId id, JsonObject consent) => Own.PutConsentAsync(id, Parse(consent), null, Cancel);

    public async Task RevokeAsync(LocalId id, JsonObject consent)
    {
        var inactive = consent.DeepClone().AsObject();
        inactive["status"] = "inactive";
        Assert.Equal(ConsentWriteStatus.Updated, (await ReplaceConsentAsync(id, inactive)).Status);
    }

    /// <summary>The whole id of a resource of this record.</summary>
    public string IdOf(LocalId local) => $"{Id}.{local}";

    public Task<IReadOnlyList<LedgerRow>> ReadLedgerAsync() => Own.ReadLedgerAsync(null, int.MaxValue, Cancel);

    /// <summary>Holds the record against itself, and its export against the verifier that knows no server.</summary>
    public async Task VerifyAsync()
    {
        Assert.Empty(await Own.CheckAsync(Cancel));
        using var export = new MemoryStream();
        await Own.ExportLedgerAsync(export, Cancel);
        export.Position = 0;
        var report = Ledger.LedgerVerifier.Verify(export);
        Assert.Empty(report.Problems);
        Assert.Equal((await Own.OverviewAsync(Cancel)).LedgerSize, report.Size);
    }

    /// <summary>An entry as an importer would hand it over.</summary>
    public static EntryDraft Draft(GatheringView view, LocalId? local, int version, JsonObject content)
    {
        var body = content.DeepClone().AsObject();
        body["id"] = local is null ? view.Patient.ToString() : $"{view.Patient}.{local}";
        var meta = body["meta"] as JsonObject ?? [];
        meta["versionId"] = version.ToString();
        meta["lastUpdated"] = FhirTime.Instant(view.Now);
        body["meta"] = meta.DeepClone();
        return new EntryDraft(local, version, Json(body), 0, 0);
    }

    /// <summary>A resource as it comes from outside: valid, or the test is wrong.</summary>
    public static Resource Parse(JsonObject resource)
    {
        var parsed = Resource.Parse(Json(resource));
        Assert.Empty(parsed.Issues);
        return parsed.Resource!;
    }

    private static byte[] Json(JsonObject value) => System.Text.Encoding.UTF8.GetBytes(value.ToJsonString());
}
