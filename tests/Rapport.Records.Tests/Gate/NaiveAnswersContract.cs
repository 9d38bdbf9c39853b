using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>
/// For records, consents and queries made by chance: what the gate answers from its index is what comes of reading every entry, keeping those that
/// the consents permit, and only then filtering, counting, sorting and paging.
/// </summary>
public abstract class NaiveAnswersContract(TestDatabase test) : RecordsContract(test)
{
    private static bool IsLong => Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") == "1";

    private int Cases => IsLong ? 400 : Test is SqliteTestDatabase ? 25 : 8;

    [Fact]
    public async Task Every_answer_is_that_of_filtering_the_permitted_bodies_by_hand()
    {
        var given = 0;
        for (var seed = 0; seed < Cases; seed++)
        {
            try
            {
                given += await CompareAsync(seed);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {e.Message}");
            }
        }

        Assert.True(given > Cases * 5, $"only {given} answers had anything in them");
    }

    private async Task<int> CompareAsync(int seed)
    {
        var random = new Random(seed);
        var maya = await NewPatientAsync();
        var (lee, osei) = (NewDoctor("Dr Lee", "Organization/clinic"), NewDoctor("Dr Osei", "Organization/clinic", "CareTeam/diabetes"));
        var record = new RandomRecord(maya, random);
        List<(string Type, LocalId? Local, int Version)> order = [("Patient", null, 1)];
        var consents = random.Next(1, 5);
        for (var i = 0; i < consents; i++)
        {
            var before = record.Written.Count;
            await record.GatherAsync(random.Next(1, 20));
            order.AddRange(record.Written.Skip(before).Select(static w => (w.Type, (LocalId?)w.Local, w.Version)));
            var consent = await maya.ConsentAsync(record.Consent([lee.Reference, osei.Reference, "Organization/clinic", "CareTeam/diabetes"], Day));
            order.Add(("Consent", consent, 1));
        }

        var naive = new NaiveRecord(await ReadAsync(maya, order));
        var rules = CompiledConsents.Compile([.. (await maya.Own.ConsentsAsync(Cancel)).Reverse().Select(static c => c.Consent)], naive);
        var given = 0;
        foreach (var recipient in new[] { lee, osei, NewDoctor("Mallory") })
        {
            var permitted = rules.Decide(new DisclosureRequest(new Recipient(recipient.Name, recipient.RecipientReferences), "TREAT", ConsentAction.Access, Clock.GetUtcNow())).Permitted;
            given += await CompareReadsAsync(recipient, maya, naive, order, permitted);
            for (var i = 0; i < 8; i++)
            {
                given += await CompareSearchAsync(recipient, maya, naive, permitted, record.Search(), random);
            }

            var everything = Where(naive, row => permitted.Contains(row) && naive.IsCurrent(row));
            Assert.Equal(Named(naive, everything).Order(), Ids(await AskAsync(recipient, maya, new RecordQuery.Everything())).Order());
            Assert.Equal(Named(naive, everything).Order(), Ids(await AskAsync(recipient, maya, new RecordQuery.Timeline(1000))).Order());
        }

        Assert.Empty(await maya.Own.CheckAsync(Cancel));
        return given;
    }

    private async Task<int> CompareReadsAsync(
        Actor recipient, TestPatient maya, NaiveRecord naive, List<(string Type, LocalId? Local, int Version)> order, EntrySet permitted)
    {
        var given = 0;
        for (var row = 0; row < order.Count; row += 3)
        {
            var (type, local, version) = order[row];
            var expected = permitted.Contains(row) && permitted.Contains(naive.CurrentOf(row));
            var answer = await AskAsync(recipient, maya, new RecordQuery.ById(type, local, version));
            Assert.True(expected == answer is not null, $"`{naive.Entries[row].Reference}` version {version} should {(expected ? "" : "not ")}be given");
            if (answer is not null)
            {
                given++;
                Assert.Equal(naive.Entries[row].Body, answer.ReadBody(0));
            }

            var history = permitted.Contains(naive.CurrentOf(row))
                ? Where(naive, r => naive.Entries[r].Id == naive.Entries[row].Id && permitted.Contains(r)).Select(r => naive.Entries[r].Version).Reverse()
                : [];
            Assert.Equal(history, (await AskAsync(recipient, maya, new RecordQuery.History(type, local)))?.Entries.Select(static e => e.Version) ?? []);
        }

        return given;
    }

    private async Task<int> CompareSearchAsync(
        Actor recipient, TestPatient maya, NaiveRecord naive, EntrySet permitted, (string Type, string Query) search, Random random)
    {
        var query = Search(search.Type, search.Query).Query;
        var rows = Where(naive, row => permitted.Contains(row) && naive.IsCurrent(row) && SearchMatcher.Matches(query, naive.Entries[row].Resource.Root));
        var sort = "";
        if (search.Type == "Observation" && random.Next(2) == 0)
        {
            var descending = random.Next(2) == 0;
            sort = descending ? "&_sort=-date" : "&_sort=date";
            rows = descending
                ? [.. rows.OrderBy(r => naive.Entries[r].When is null).ThenByDescending(r => naive.Entries[r].When?.Until)]
                : [.. rows.OrderBy(r => naive.Entries[r].When is null).ThenBy(r => naive.Entries[r].When?.From)];
        }

        var count = await AskAsync(recipient, maya, Search(search.Type, search.Query + "&_summary=count"));
        Assert.True((count?.Total ?? 0) == rows.Count, $"`{search.Type}?{search.Query}` counts {count?.Total} instead of {rows.Count}");
        List<string> paged = [];
        string? cursor = null;
        do
        {
            var page = await AskAsync(recipient, maya, Search(search.Type, $"{search.Query}{sort}&_count={random.Next(1, 9)}{(cursor is null ? "" : "&_cursor=" + cursor)}"));
            Assert.Equal(rows.Count, page?.Total ?? 0);
            paged.AddRange(Ids(page));
            cursor = page?.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(Named(naive, rows), paged);
        return rows.Count > 0 ? 1 : 0;
    }

    private static async Task<List<NaiveEntry>> ReadAsync(TestPatient maya, List<(string Type, LocalId? Local, int Version)> order)
    {
        List<NaiveEntry> entries = [];
        foreach (var (type, local, version) in order)
        {
            var answer = await maya.Own.QueryAsync(new RecordQuery.ById(type, local, version), Cancel);
            entries.Add(new NaiveEntry(answer.Entries[0].Id, version, answer.ReadBody(0)));
        }

        return entries;
    }

    private static List<int> Where(NaiveRecord naive, Func<int, bool> condition) => [.. Enumerable.Range(0, naive.Count).Where(condition)];

    private static IEnumerable<string> Named(NaiveRecord naive, IEnumerable<int> rows) => rows.Select(row => naive.Entries[row].Id);
}

public sealed class NaiveAnswersOnSqlite(SqliteTestDatabase test) : NaiveAnswersContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class NaiveAnswersOnPostgres(PostgresTestDatabase test) : NaiveAnswersContract(test), IClassFixture<PostgresTestDatabase>;
