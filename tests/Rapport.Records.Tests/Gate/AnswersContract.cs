using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Versions, pages, order and includes, as a recipient meets them.</summary>
public abstract class AnswersContract(TestDatabase test) : RecordsContract(test)
{
    [Fact]
    public async Task An_old_version_with_fewer_labels_than_the_current_one_stays_home()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var became = await maya.AddAsync(Make.Condition(maya));
        var ceased = await maya.AddAsync(Make.Condition(maya, labels: "PSY"));
        await maya.WriteAsync((became, 2, Make.Condition(maya, labels: "PSY")), (ceased, 2, Make.Condition(maya)));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Condition", became)));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Condition", became, 1)));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.History("Condition", became)));
        Assert.Null(await AskAsync(lee, maya, new RecordQuery.ById("Condition", ceased, 1)));
        Assert.Equal([2], Versions(await AskAsync(lee, maya, new RecordQuery.ById("Condition", ceased, 2))));
        Assert.Equal([2], Versions(await AskAsync(lee, maya, new RecordQuery.History("Condition", ceased))));
        Assert.Equal([maya.IdOf(ceased)], Ids(await AskAsync(lee, maya, Search("Condition"))));
        Assert.Equal([2, 1], (await maya.Own.QueryAsync(new RecordQuery.History("Condition", became), Cancel)).Entries.Select(static e => e.Version));
    }

    [Fact]
    public async Task A_search_knows_the_current_version_only()
    {
        var maya = await NewPatientAsync();
        var pulse = await maya.AddAsync(Make.Observation(maya, code: "8867-4", value: 60));
        await maya.WriteAsync((pulse, 2, Make.Observation(maya, code: "8480-6", value: 120)));
        Assert.Equal(0, (await maya.Own.QueryAsync(Search("Observation", "code=8867-4"), Cancel)).Total);
        Assert.Equal([2], Versions(await maya.Own.QueryAsync(Search("Observation", "value-quantity=gt100"), Cancel)));
        Assert.Equal([1], Versions(await maya.Own.QueryAsync(new RecordQuery.ById("Observation", pulse, 1), Cancel)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Pages_hold_every_entry_exactly_once_in_one_order(int count)
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var random = new Random(count);
        await maya.AddAsync([.. Enumerable.Range(0, 40).Select(i => Make.Observation(maya, date: random.Next(4) == 0 ? null : $"2025-0{random.Next(1, 10)}", value: i % 5, labels: i % 7 == 0 ? ["PSY"] : []))]);
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        foreach (var sort in new[] { "", "_sort=date", "_sort=-date", "_sort=value-quantity,-date", "_sort=-_id", "_sort=code" })
        {
            await PagesAsync(lee, maya, cursor => Search("Observation", $"{sort}&_count={count}{(cursor is null ? "" : "&_cursor=" + cursor)}"), Search("Observation", sort + "&_count=1000"));
        }

        await PagesAsync(lee, maya, cursor => new RecordQuery.Everything(count, cursor), new RecordQuery.Everything());
        await PagesAsync(lee, maya, cursor => new RecordQuery.Timeline(count, cursor), new RecordQuery.Timeline(1000));
    }

    [Fact]
    public async Task Pages_hold_while_entries_come()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([.. Enumerable.Range(0, 20).Select(i => Make.Observation(maya, date: $"2025-01-{10 + i}"))]);
        var before = Ids(await maya.Own.QueryAsync(new RecordQuery.Timeline(100), Cancel));
        List<string> seen = [];
        for (string? cursor = null; ;)
        {
            var page = await maya.Own.QueryAsync(new RecordQuery.Timeline(6, cursor), Cancel);
            seen.AddRange(Ids(page));
            await maya.AddAsync([Make.Observation(maya, date: "2026-01-01"), Make.Observation(maya, date: "2025-01-29T12:00:00Z")]);
            cursor = page.NextCursor;
            if (cursor is null)
            {
                break;
            }
        }

        Assert.Equal(before, seen.Where(before.Contains));
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_forged_cursor_tells_nothing_about_what_is_hidden()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var hidden = await maya.AddAsync(Make.Observation(maya, labels: "PSY"));
        await maya.AddAsync([.. Enumerable.Range(0, 5).Select(i => Make.Observation(maya))]);
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Observation"])));
        foreach (var query in new Func<string, RecordQuery>[] { c => Search("Observation", "_count=2&_cursor=" + c), c => new RecordQuery.Everything(2, c), c => new RecordQuery.Timeline(2, c) })
        {
            var none = await AskAsync(lee, maya, query(LocalId.New().ToString()));
            foreach (var forged in new[] { hidden.ToString(), "0", "0000000000000" })
            {
                var answer = await AskAsync(lee, maya, query(forged));
                Assert.Equal((Ids(none), none!.Total, none.NextCursor), (Ids(answer), answer!.Total, answer.NextCursor), Same);
            }

            foreach (var broken in new[] { "x", "-1", "zzzzzzzzzzzzz", maya.IdOf(hidden) })
            {
                var answer = await AskAsync(lee, maya, query(broken));
                Assert.Equal((0, 5), (answer!.Count, answer.Total));
            }
        }
    }

    [Fact]
    public async Task Includes_bring_what_is_linked_as_far_as_it_is_permitted()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var visits = await maya.AddAsync([Make.Encounter(maya), Make.Encounter(maya, labels: "PSY")]);
        var observations = await maya.AddAsync([At(visits[0]), At(visits[1]), At(visits[0], "PSY")]);
        await maya.ConsentAsync(Make.Consent(maya, Make.Provision("permit", lee.Reference, types: ["Observation", "Encounter"])));

        // The hidden visit and the Patient, of whom nothing is permitted, do not come along.
        var forward = (await AskAsync(lee, maya, Search("Observation", "_include=Observation:encounter&_include=Observation:subject&_count=1000")))!;
        Assert.Equal([maya.IdOf(observations[0]), maya.IdOf(observations[1]), maya.IdOf(visits[0])], Ids(forward));
        Assert.Equal((2, 2, AnswerMode.Include), (forward.Total, forward.MatchCount, forward.Entries[2].Mode));
        Assert.Equal(3, (await maya.ReadLedgerAsync())[0].Details!.EntryCount);
        var back = (await AskAsync(lee, maya, Search("Encounter", "_revinclude=Observation:encounter")))!;
        Assert.Equal([maya.IdOf(visits[0]), maya.IdOf(observations[0])], Ids(back));

        Assert.Equal(3, (await maya.Own.QueryAsync(Search("Encounter", "_revinclude=Observation:encounter"), Cancel)).Entries.Count(static e => e.Mode == AnswerMode.Include));
        Assert.Contains(maya.Id.ToString(), Ids(await maya.Own.QueryAsync(Search("Observation", "_include=Observation:subject"), Cancel)));

        System.Text.Json.Nodes.JsonObject At(LocalId visit, params string[] labels)
        {
            var observation = Make.Observation(maya, labels: labels);
            observation["encounter"] = Make.Reference($"Encounter/{maya.IdOf(visit)}");
            return observation;
        }
    }

    [Fact]
    public async Task Sorting_by_id_goes_by_the_id()
    {
        var maya = await NewPatientAsync();
        var ids = (await maya.AddAsync([.. Enumerable.Range(0, 12).Select(_ => Make.Observation(maya))])).Select(maya.IdOf).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), Ids(await maya.Own.QueryAsync(Search("Observation", "_sort=_id"), Cancel)));
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), Ids(await maya.Own.QueryAsync(Search("Observation", "_sort=-_id"), Cancel)));
    }

    [Fact]
    public async Task Everything_since_an_instant_is_what_was_written_then_or_later()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        Clock.Advance(TimeSpan.FromHours(1));
        var later = await maya.AddAsync(Make.Observation(maya));
        var since = await maya.Own.QueryAsync(new RecordQuery.Everything { Since = Clock.GetUtcNow() }, Cancel);
        Assert.Equal([maya.IdOf(later)], Ids(since));
        Assert.Equal(["Observation", "Observation"], (await maya.Own.QueryAsync(new RecordQuery.Everything { Types = ["Observation", "NoSuchType"] }, Cancel)).Entries.Select(static e => e.ResourceType));
    }

    private static IReadOnlyList<int> Versions(RecordAnswer? answer) => [.. answer!.Entries.Select(static e => e.Version)];

    private static bool Same((IReadOnlyList<string> Ids, int Total, string? Next) a, (IReadOnlyList<string> Ids, int Total, string? Next) b) =>
        a.Ids.SequenceEqual(b.Ids) && a.Total == b.Total && a.Next == b.Next;

    private async Task PagesAsync(Actor recipient, TestPatient patient, Func<string?, RecordQuery> page, RecordQuery whole)
    {
        var all = (await AskAsync(recipient, patient, whole))!;
        List<string> paged = [];
        string? cursor = null;
        do
        {
            var answer = (await AskAsync(recipient, patient, page(cursor)))!;
            Assert.Equal(all.Total, answer.Total);
            paged.AddRange(Ids(answer));
            cursor = answer.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(Ids(all), paged);
        Assert.Equal(all.Total, paged.Count);
    }
}

public sealed class AnswersOnSqlite(SqliteTestDatabase test) : AnswersContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class AnswersOnPostgres(PostgresTestDatabase test) : AnswersContract(test), IClassFixture<PostgresTestDatabase>;
