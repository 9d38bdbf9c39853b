using System.Text;
using System.Text.Json.Nodes;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Words looked for in a record: found by their beginnings, and told of only where the entry is permitted.</summary>
public abstract class TextSearchContract(TestDatabase test) : RecordsContract(test)
{
    [Theory]
    [InlineData("press", 1)]
    [InlineData("PRESIÓN arter", 1)]
    [InlineData("presion", 1)]
    [InlineData("arterial blood", 1)]
    [InlineData("85354-9", 1)]
    [InlineData("ressure", 0)]
    [InlineData("pressure sugar", 0)]
    [InlineData("calm", 1)]
    [InlineData("letter river", 1)]
    [InlineData("narrat", 1)]
    [InlineData("script", 0)]
    [InlineData("final", 0)]
    [InlineData("unitsofmeasure", 0)]
    [InlineData("128.5", 1)]
    [InlineData("2026", 3)]
    public async Task Words_are_found_by_their_beginnings_in_titles_values_notes_letters_and_narratives(string text, int found)
    {
        var maya = await NewPatientAsync();
        var pressure = Make.Observation(maya, code: "85354-9", value: 128.5m, text: "Blood pressure (presión arterial)");
        var noted = Make.Observation(maya, text: "Sleep");
        noted["note"] = new JsonArray(new JsonObject { ["text"] = "calm, deep" });
        noted["text"] = new JsonObject { ["status"] = "generated", ["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"script\">Narrated</p></div>" };
        var letter = new JsonObject
        {
            ["resourceType"] = "DocumentReference",
            ["status"] = "current",
            ["date"] = "2026-02-01T00:00:00Z",
            ["content"] = new JsonArray(new JsonObject
            {
                ["attachment"] = new JsonObject { ["contentType"] = "text/plain", ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("A letter\nfrom the river")) },
            }),
        };
        await maya.AddAsync(pressure, noted, letter);

        Assert.Equal(found, await CountAsync(maya, text));
    }

    [Fact]
    public async Task Another_name_for_the_same_is_found_too()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya, text: "Glucose in blood"), Make.Observation(maya, text: "Sugar"), Make.Observation(maya, text: "Pulse"));
        Assert.Equal(2, (await maya.Own.QueryAsync(new RecordQuery.Timeline { Text = TextCriterion.Of("sugar", "glucose") }, Cancel)).Total);
    }

    [Fact]
    public async Task What_is_not_permitted_is_not_found()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        var open = await maya.AddAsync(Make.Observation(maya, text: "Rare word"));
        await maya.AddAsync(Make.Observation(maya, text: "Rare secret", labels: "PSY"), Make.Observation(maya, text: "secret", labels: "PSY"));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));

        var found = await AskAsync(lee, maya, Find("rare"));
        Assert.Equal([maya.IdOf(open)], Ids(found));
        Assert.Equal(1, found!.Total);
        var size = (await maya.ReadLedgerAsync()).Count;
        Assert.Null(await AskAsync(lee, maya, Find("secret")));
        Assert.Null(await AskAsync(lee, maya, Find("nothing at all")));
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
        Assert.Equal("search", (await maya.ReadLedgerAsync())[0].Details!.Note);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_comes_later_is_found_and_what_was_replaced_is_not()
    {
        var maya = await NewPatientAsync();
        var first = await maya.AddAsync(Make.Observation(maya, text: "Old name"));
        Assert.Equal(1, await CountAsync(maya, "old"));
        await maya.WriteAsync((first, 2, Make.Observation(maya, text: "New name")));
        for (var i = 0; i < 20; i++)
        {
            await maya.AddAsync(Make.Observation(maya, text: $"Entry {i}"));
            Assert.Equal(i + 1, await CountAsync(maya, "entry"));
        }

        Assert.Equal((0, 1), (await CountAsync(maya, "old"), await CountAsync(maya, "new")));
        Assert.Equal(20, (await (await OpenAsync(maya, OtherNode)).Own.QueryAsync(Find("entry"), Cancel)).Total);
    }

    [Fact]
    public async Task Pages_of_a_search_hold_every_entry_once()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([.. Enumerable.Range(0, 25).Select(i => Make.Observation(maya, date: $"2026-01-{i + 1:00}", text: i % 2 == 0 ? "even" : "odd"))]);
        List<string> seen = [];
        string? cursor = null;
        do
        {
            var page = await maya.Own.QueryAsync(new RecordQuery.Timeline(4, cursor) { Text = TextCriterion.Of("even") }, Cancel);
            Assert.Equal(13, page.Total);
            seen.AddRange(Ids(page));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(13, seen.Distinct().Count());
    }

    [Fact]
    public async Task The_words_count_as_memory_of_the_node()
    {
        var node = await OpenNodeAsync();
        var maya = await NewPatientAsync(node: node);
        await maya.AddAsync([.. Enumerable.Range(0, 200).Select(i => Make.Observation(maya, text: $"word{i} other{i}"))]);
        var before = node.Memory.Bytes;
        Assert.Equal(1, await CountAsync(maya, "word199 other199"));
        Assert.InRange(node.Memory.Bytes - before, 4_000, 200_000);
    }

    [Fact]
    public async Task Entries_of_one_source_alone_can_be_asked_for()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya, text: "first"));
        await maya.AddAsync(Make.Observation(maya, text: "second"), Make.Observation(maya, text: "third"));
        var newest = (await maya.Own.SourcesAsync(Cancel))[0].Number;
        Assert.Equal(2, (await maya.Own.QueryAsync(new RecordQuery.Timeline { Source = newest }, Cancel)).Total);
        Assert.Equal(0, (await maya.Own.QueryAsync(new RecordQuery.Timeline { Source = newest + 1 }, Cancel)).Total);
    }

    [Fact]
    public async Task Who_may_see_nothing_does_not_make_the_words_be_indexed()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Condition(maya), Make.Observation(maya, text: "Blood pressure"));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        Assert.Null(await AskAsync(NewDoctor(), maya, Find("pressure")));
        Assert.Null(await AskAsync(lee, maya, Find("pressure") with { Types = ["Immunization"] }));
        Assert.Null((await Records.Cache.GetAsync(maya.Id))!.State.Words.Known);

        Assert.NotNull(await AskAsync(lee, maya, Find("pressure")));
        Assert.NotNull((await Records.Cache.GetAsync(maya.Id))!.State.Words.Known);
    }

    [Fact]
    public async Task Several_searches_are_one_answer_and_one_disclosure()
    {
        var maya = await NewPatientAsync();
        var lee = NewDoctor();
        await maya.AddAsync(Make.Condition(maya), Make.Condition(maya, labels: "PSY"), Make.Observation(maya), Make.Observation(maya), Make.Encounter(maya));
        await maya.ConsentAsync(Make.Permit(maya, lee.Reference));
        var several = new RecordQuery.Several([Search("Condition").Query, Search("Observation", "_count=1").Query, Search("Observation").Query]);

        var size = (await maya.ReadLedgerAsync()).Count;
        var seen = (await AskAsync(lee, maya, several))!;
        Assert.Equal(["Condition", "Observation", "Observation"], seen.Entries.Select(static e => e.ResourceType));
        Assert.Equal(3, seen.Entries.DistinctBy(static e => e.Id).Count());
        var ledger = await maya.ReadLedgerAsync();
        Assert.Equal((size + 1, "summary"), (ledger.Count, ledger[0].Details!.Note));
        Assert.Null(await AskAsync(NewDoctor(), maya, several));
    }

    private static RecordQuery.Timeline Find(string text) => new() { Text = TextCriterion.Of(text) };

    private static async Task<int> CountAsync(TestPatient patient, string text) => (await patient.Own.QueryAsync(Find(text), Cancel)).Total;
}

public sealed class TextSearchOnSqlite(SqliteTestDatabase test) : TextSearchContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TextSearchOnPostgres(PostgresTestDatabase test) : TextSearchContract(test), IClassFixture<PostgresTestDatabase>;
