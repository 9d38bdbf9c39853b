using Dapper;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Stories;

/// <summary>What patients let others learn, on two nodes of one database: told, counted, taken back, reported, and leading to nobody.</summary>
public abstract class StoryShelfContract(TestDatabase test) : IAsyncLifetime
{
    private RecordsModule _records = null!;
    private StoryShelf _shelf = null!, _otherShelf = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(RecordsModule), typeof(StoryShelf));
        await test.Database.WriteAsync(static t => t.Connection!.ExecuteAsync("DELETE FROM story", transaction: t), Cancel);
        _records = await RecordsModule.OpenAsync(test.OpenAnother(), test.Keyring, new RecordsOptions(), test.Clock, Cancel);
        (_shelf, _otherShelf) = (new StoryShelf(test.Database, test.Keyring, test.Clock), new StoryShelf(test.OpenAnother(), test.Keyring, test.Clock));
    }

    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task With_the_eleventh_the_number_and_the_stories_are_there_on_every_node_and_before_that_nothing_is()
    {
        await InventAsync(10);
        var (own, look) = await LookedAtAsync();
        await SaysNothingAsync();
        Assert.Equal(StoryTold.Told, await Desk.TellAsync(own, Wish(look), Cancel));
        foreach (var shelf in new[] { _shelf, _otherShelf })
        {
            Assert.Equal(11, (await shelf.NumbersAsync("opinion", Cancel))!.Total);
            Assert.Equal(new StoryText("specialist", "heart", "found-something", "helped", "I sleep again"), Assert.Single(await shelf.StoriesAsync("opinion", Cancel)).Text);
            Assert.Null(await shelf.NumbersAsync("treat", Cancel));
            Assert.Empty(await shelf.StoriesAsync("treat", Cancel));
        }

        var note = (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!;
        Assert.Equal((LedgerKind.Outcome, $"{look} story opinion counted told"), (note.Kind, note.Note));
        Assert.Empty(await own.CheckAsync(Cancel));
    }

    /// <summary>A sentence of signs that take many bytes was noted in the ledger and then refused, or, where it just fitted, kept everybody else from telling and taking back as soon as it was to be shown.</summary>
    [Theory]
    [InlineData("\U0001F600", 150)]
    [InlineData("\uE000", 300)]
    [InlineData("\uE000", 290)]
    [InlineData("\u4E2D", 300)]
    [InlineData("\"", 300)]
    public async Task A_sentence_of_the_most_letters_is_told_whatever_they_are_and_stops_nobody(string sign, int count)
    {
        await InventAsync(9);
        var sentence = string.Concat(Enumerable.Repeat(sign, count));
        var (own, look) = await LookedAtAsync();
        Assert.Equal(StoryTold.Told, await Desk.TellAsync(own, Wish(look) with { Sentence = sentence }, Cancel));
        var (other, theirLook) = await LookedAtAsync();
        Assert.Equal(StoryTold.Told, await Desk.TellAsync(other, Wish(theirLook) with { IsTold = false }, Cancel));
        Assert.Equal(sentence, Assert.Single(await _otherShelf.StoriesAsync("opinion", Cancel)).Text.Sentence);
        Assert.True(await Desk.TakeBackAsync(other, "opinion", isCountedOn: false, Cancel));
    }

    [Fact]
    public async Task A_story_that_is_taken_back_is_gone_everywhere_at_once_and_the_number_changes_when_it_may()
    {
        await InventAsync(10);
        var (own, look) = await LookedAtAsync();
        await Desk.TellAsync(own, Wish(look), Cancel);
        Assert.Single(await _otherShelf.StoriesAsync("opinion", Cancel));
        Assert.True(await Desk.TakeBackAsync(own, "opinion", isCountedOn: true, Cancel));
        Assert.Empty(await _otherShelf.StoriesAsync("opinion", Cancel));
        Assert.Equal((true, true, null), (await Desk.FindAsync(own, "opinion", Cancel))! is var kept ? (kept.IsCounted, kept.IsInNumbers, kept.Text) : default);
        Assert.True(await Desk.TakeBackAsync(own, "opinion", isCountedOn: false, Cancel));
        Assert.Equal((false, true), (await Desk.FindAsync(own, "opinion", Cancel))! is var left ? (left.IsCounted, left.IsInNumbers) : default);
        Assert.Equal(11, (await _otherShelf.NumbersAsync("opinion", Cancel))!.Total);
        Assert.Equal($"{look} story opinion", (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!.Note);

        // Somebody else takes the place, and nobody sees it.
        var (other, theirLook) = await LookedAtAsync();
        await Desk.TellAsync(other, Wish(theirLook) with { IsTold = false }, Cancel);
        Assert.Equal(11, (await _otherShelf.NumbersAsync("opinion", Cancel))!.Total);
        Assert.Null(await Desk.FindAsync(own, "opinion", Cancel));
        Assert.False(await Desk.TakeBackAsync(other, "treat", isCountedOn: false, Cancel));
    }

    /// <summary>Each node read all stories again, and one of them wrote, each time somebody took back what they had taken back.</summary>
    [Fact]
    public async Task What_is_taken_back_again_and_again_or_reported_in_vain_changes_nothing()
    {
        await InventAsync(10);
        var (own, look) = await LookedAtAsync();
        await Desk.TellAsync(own, Wish(look), Cancel);
        Assert.True(await Desk.TakeBackAsync(own, "opinion", isCountedOn: true, Cancel));
        var version = await VersionAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await Desk.TakeBackAsync(own, "opinion", isCountedOn: true, Cancel));
            await _shelf.ReportAsync(new byte[32], Cancel);
        }

        Assert.Equal(version, await VersionAsync());
        Assert.True(await Desk.TakeBackAsync(own, "opinion", isCountedOn: false, Cancel));
        Assert.NotEqual(version, await VersionAsync());

        Task<long> VersionAsync() => test.Database.ReadAsync(static c => c.QuerySingleAsync<long>("SELECT version FROM story_shelf WHERE id = 1"), Cancel);
    }

    [Fact]
    public async Task One_record_counts_once_for_an_aim_however_often_it_is_told()
    {
        await InventAsync(9);
        var (own, look) = await LookedAtAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Desk.TellAsync(own, Wish(look) with { Sentence = $"word {i}" }, Cancel)));
        await SaysNothingAsync();
        Assert.Equal(10, await CountAsync());
        await Desk.TellAsync(own, Wish(look) with { Aim = "treat" }, Cancel);
        await SaysNothingAsync();
    }

    [Fact]
    public async Task Nothing_is_told_of_what_nothing_came_of_nor_more_often_than_may_be()
    {
        var (own, look) = await LookedAtAsync();
        Assert.Equal(StoryTold.NothingHere, await Desk.TellAsync(own, Wish(look + 1), Cancel));
        Assert.Equal(StoryTold.NothingHere, await Desk.TellAsync(own, Wish(0), Cancel));
        foreach (var wrong in new[] { Wish(look) with { IsCounted = false, IsTold = false }, Wish(look) with { Sentence = "" }, Wish(look) with { Sentence = "a\nb" }, Wish(look) with { Sentence = new string('x', 301) }, Wish(look) with { Aim = "An Aim" } })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Desk.TellAsync(own, wrong, Cancel));
        }

        Assert.Equal(0, await CountAsync());
        for (var i = 0; i < OwnStories.MostADay; i++)
        {
            Assert.Equal(StoryTold.Told, await Desk.TellAsync(own, Wish(look) with { IsTold = i % 2 == 0 }, Cancel));
        }

        Assert.Equal(StoryTold.TooOften, await Desk.TellAsync(own, Wish(look) with { IsCounted = false }, Cancel));
        Assert.True(await Desk.TakeBackAsync(own, "opinion", isCountedOn: false, Cancel));
        Assert.Equal(0, await CountAsync());
    }

    /// <summary>A row has no time, no patient, nothing that can be read, and one length; all rows are written anew with each change, in the order of keys that only their records' keys lead to.</summary>
    [Fact]
    public async Task What_is_stored_leads_to_nobody()
    {
        await InventAsync(3);
        var (own, look) = await LookedAtAsync();
        var (other, theirLook) = await LookedAtAsync();
        await Desk.TellAsync(own, Wish(look), Cancel);
        var before = await RowsAsync();
        await Desk.TellAsync(other, Wish(theirLook) with { Sentence = null, Recipient = null }, Cancel);
        var after = await RowsAsync();
        Assert.Single(after.Select(row => row.Body.Length).Distinct());
        Assert.Equal(before.Count + 1, after.Count);
        Assert.Empty(before.Select(row => Convert.ToHexString(row.Body)).Intersect(after.Select(row => Convert.ToHexString(row.Body))));
        Assert.Equal(after.OrderBy(row => Convert.ToHexString(row.Key), StringComparer.Ordinal).Select(row => row.Key), after.Select(row => row.Key));
        Assert.NotEqual(own.Stories.KeyOf("opinion"), own.Stories.KeyOf("treat"));
        Assert.NotEqual(own.Stories.KeyOf("opinion"), other.Stories.KeyOf("opinion"));
        Assert.All(after, row => Assert.DoesNotContain("sleep", System.Text.Encoding.UTF8.GetString(row.Body)));
        using var export = new MemoryStream();
        await own.ExportLedgerAsync(export, Cancel);
        Assert.DoesNotContain(Convert.ToHexString(own.Stories.KeyOf("opinion")), System.Text.Encoding.UTF8.GetString(export.ToArray()), StringComparison.OrdinalIgnoreCase);

        // A row that is moved under another key does not open.
        await test.Database.WriteAsync(t => t.Connection!.ExecuteAsync("UPDATE story SET story_key = @key WHERE story_key = @old", new { key = new byte[32], old = after[0].Key }, t), Cancel);
        await Assert.ThrowsAsync<SealBrokenException>(() => new StoryShelf(test.OpenAnother(), test.Keyring, test.Clock).NumbersAsync("opinion", Cancel));
    }

    [Fact]
    public async Task Before_a_record_is_erased_its_stories_go()
    {
        await InventAsync(10);
        var (own, look) = await LookedAtAsync();
        await Desk.TellAsync(own, Wish(look), Cancel);
        await Desk.TellAsync(own, Wish(look) with { Aim = "treat" }, Cancel);
        await Desk.TakeBackAllAsync(own, Cancel);
        await own.EraseAsync(Cancel);
        Assert.Empty(await _otherShelf.StoriesAsync("opinion", Cancel));
        Assert.Equal(11, await CountAsync());
    }

    [Fact]
    public async Task A_reported_story_stays_until_it_is_looked_at_and_is_reported_no_more_when_it_is_left()
    {
        await InventAsync(10);
        var (own, look) = await LookedAtAsync();
        await Desk.TellAsync(own, Wish(look), Cancel);
        var story = Assert.Single(await _shelf.StoriesAsync("opinion", Cancel));
        await _shelf.ReportAsync(new byte[32], Cancel);
        Assert.Empty(await _shelf.ReportedAsync(Cancel));
        await _shelf.JudgeAsync(story.Key, stays: false, Cancel);
        await _shelf.ReportAsync(story.Key, Cancel);
        Assert.Single(await _otherShelf.ReportedAsync(Cancel));
        Assert.Single(await _shelf.StoriesAsync("opinion", Cancel));
        await _otherShelf.JudgeAsync(story.Key, stays: true, Cancel);
        await _shelf.ReportAsync(story.Key, Cancel);
        Assert.Empty(await _shelf.ReportedAsync(Cancel));

        // Other words are another story.
        await Desk.TellAsync(own, Wish(look) with { Sentence = "Call me at home" }, Cancel);
        Assert.Empty(await _shelf.StoriesAsync("opinion", Cancel));
        await InventMoreAsync(11);
        await _shelf.ReportAsync(story.Key, Cancel);
        await _shelf.JudgeAsync(story.Key, stays: false, Cancel);
        Assert.Empty(await _otherShelf.StoriesAsync("opinion", Cancel));
        Assert.Equal((true, true, null), (await Desk.FindAsync(own, "opinion", Cancel))! is var known ? (known.IsTakenDown, known.IsCounted, known.Text) : default);
    }

    private StoryDesk Desk => new(_shelf);

    private static StoryWish Wish(long look) => new(look, "opinion", "specialist", "heart", IsCounted: true, IsTold: true, "I sleep again");

    private Task InventAsync(int count) => _shelf.InventAsync("opinion", [.. Enumerable.Repeat((OutcomeKind.FoundSomething, OutcomeKind.Helped, (StoryText?)null), count)], Cancel);

    private async Task InventMoreAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _shelf.ChangeAsync(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32), _ => new StorySlip { Aim = "opinion", Wish = new StoryAnswer("avoided-test", "helped") }, Cancel);
        }
    }

    private async Task SaysNothingAsync()
    {
        Assert.Null(await _shelf.NumbersAsync("opinion", Cancel));
        Assert.Empty(await _shelf.StoriesAsync("opinion", Cancel));
    }

    private async Task<List<(byte[] Key, byte[] Body)>> RowsAsync() =>
        (await test.Database.ReadAsync(static c => c.QueryAsync<(byte[], byte[])>("SELECT story_key, body FROM story"), Cancel)).AsList();

    private async Task<int> CountAsync() => (await RowsAsync()).Count;

    /// <summary>A patient whose record somebody looked at, and who says that it helped.</summary>
    private async Task<(OwnAccess Own, long Look)> LookedAtAsync()
    {
        var person = PersonId.New();
        var id = await _records.Compartments.CreateAsync(new Actor(person, $"RelatedPerson/{person}", "Maya Ortiz", [$"RelatedPerson/{person}"]), Cancel);
        var own = (await _records.Compartments.OpenOwnAsync(id, new Actor(person, $"Patient/{id}", "Maya Ortiz", [$"Patient/{id}"]), Cancel))!;
        var doctor = PersonId.New();
        var consent = Resource.Parse(System.Text.Encoding.UTF8.GetBytes($$$"""
            {"resourceType":"Consent","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
            "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IDSCL"}]}],"patient":{"reference":"Patient/{{{id}}}"},"dateTime":"2026-05-01",
            "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
            "provision":{"type":"permit","actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Practitioner/{{{doctor}}}"}}]}}
            """)).Resource!;
        await own.PutConsentAsync(null, consent, null, Cancel);
        var lee = new Actor(doctor, $"Practitioner/{doctor}", "Dr Lee", [$"Practitioner/{doctor}"]);
        var look = await _records.Gate.DiscloseAsync(new DisclosureAsk(lee, id, "TREAT", new RecordQuery.Everything()), Cancel);
        Assert.Equal(OutcomeTold.Told, await _records.Looks.TellAsync(lee, id, new Outcome(look!.LedgerIndex, OutcomeKind.FoundSomething, "words of Dr Lee"), Cancel));
        Assert.Equal(OutcomeTold.Told, await own.TellAsync(new Outcome(look.LedgerIndex, OutcomeKind.Helped, "private words"), Cancel));
        return (own, look.LedgerIndex);
    }
}

public sealed class StoryShelfOnSqlite(SqliteTestDatabase test) : StoryShelfContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class StoryShelfOnPostgres(PostgresTestDatabase test) : StoryShelfContract(test), IClassFixture<PostgresTestDatabase>;
