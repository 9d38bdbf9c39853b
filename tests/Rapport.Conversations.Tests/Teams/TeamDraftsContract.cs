using Dapper;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Teams;

/// <summary>A team drafts together: nobody's words are lost, and nobody but the team sees them.</summary>
public abstract class TeamDraftsContract(TestDatabase test) : TeamContract(test)
{
    [Fact]
    public async Task Who_did_not_see_what_stands_there_writes_nothing_over_it_on_any_node()
    {
        var id = await _house.AskAsync("hello");
        var (lee, ruiz) = (await _house.TalkerAsync(_house.Lee), await _house.TalkerAsync(_house.Ruiz));
        var (leeView, ruizView) = ((await _house.ViewAsync(_house.Desk, _house.Lee, id))!, (await _house.ViewAsync(_house.Other, _house.Ruiz, id))!);
        Assert.Equal(TeamDraft.None, await _house.Desk.Drafts.FindAsync(leeView, Cancel));
        var first = await Task.WhenAll(_house.Desk.Drafts.WriteAsync(lee, leeView, "of Lee", 0, Cancel), _house.Other.Drafts.WriteAsync(ruiz, ruizView, "of Ruiz", 0, Cancel));
        Assert.Single(first, true);
        var kept = (await _house.Other.Drafts.FindAsync(ruizView, Cancel))!;
        Assert.Equal((1, first[0] ? "of Lee" : "of Ruiz"), (kept.Version, kept.Text));
        Assert.False(await _house.Desk.Drafts.WriteAsync(lee, leeView, "over it", 0, Cancel));
        Assert.True(await _house.Desk.Drafts.WriteAsync(lee, leeView, "both of us", 1, Cancel));
        Assert.True(await _house.Other.Drafts.WriteAsync(ruiz, ruizView, "both of us, again", 2, Cancel));
        var last = (await _house.Desk.Drafts.FindAsync(leeView, Cancel))!;
        Assert.Equal(("both of us, again", "Nurse Ruiz, Dr Lee"), (last.Text, string.Join(", ", last.Writers.Select(static writer => writer.Name))));
        Assert.True(await _house.Desk.Drafts.WriteAsync(lee, leeView, "", 3, Cancel));
        Assert.Empty((await _house.Other.Drafts.FindAsync(ruizView, Cancel))!.Text);
        Assert.False(await _house.Other.Drafts.WriteAsync(ruiz, ruizView, "late", 3, Cancel));
    }

    [Fact]
    public async Task What_two_send_of_one_draft_at_the_same_moment_is_sent_once_on_any_node()
    {
        var id = await _house.AskAsync("hello");
        for (var round = 0; round < 10; round++)
        {
            var (lee, ruiz) = (await _house.TalkerAsync(_house.Lee), await _house.TalkerAsync(_house.Ruiz));
            var (leeView, ruizView) = ((await _house.ViewAsync(_house.Desk, _house.Lee, id))!, (await _house.ViewAsync(_house.Other, _house.Ruiz, id))!);
            var version = (await _house.Desk.Drafts.FindAsync(leeView, Cancel))!.Version;
            Assert.True(await _house.Desk.Drafts.WriteAsync(lee, leeView, $"take it at night ({round})", version, Cancel));
            var drafted = (await _house.Desk.Drafts.FindAsync(leeView, Cancel))!;
            var sent = await Task.WhenAll(
                _house.Desk.SayAsync(lee, leeView, new NewMessage(drafted.Text, $"lee-{round}", []) { Drafted = drafted }, null, Cancel),
                _house.Other.SayAsync(ruiz, ruizView, new NewMessage(drafted.Text, $"ruiz-{round}", []) { Drafted = drafted }, null, Cancel));
            Assert.Equal([SaidStatus.Said, SaidStatus.DraftMoved], sent.Select(static one => one.Status).Order());
            Assert.Single((await _house.LinesAsync(id)).OfType<SaidLine>(), said => said.Text == drafted.Text);
            Assert.Equal(("", drafted.Version + 1), (await _house.Other.Drafts.FindAsync(ruizView, Cancel)) is { } now ? (now.Text, now.Version) : default);

            // Sent again by its key, it is what was sent.
            var again = sent[0].Status == SaidStatus.Said ? (_house.Desk, lee, leeView, $"lee-{round}") : (_house.Other, ruiz, ruizView, $"ruiz-{round}");
            Assert.Equal(SaidStatus.Said, (await again.Item1.SayAsync(again.Item2, again.Item3, new NewMessage(drafted.Text, again.Item4, []) { Drafted = drafted }, null, Cancel)).Status);
        }
    }

    [Fact]
    public async Task Nobody_but_the_team_has_one_and_the_rows_tell_nothing()
    {
        var id = await _house.AskAsync("hello");
        var lee = await _house.TalkerAsync(_house.Lee);
        await _house.Desk.Drafts.WriteAsync(lee, (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, "a secret draft", 0, Cancel);
        var (maya, mayas) = (await _house.TalkerAsync(_house.Maya), (await _house.ViewAsync(_house.Desk, _house.Maya, id))!);
        Assert.Null(await _house.Desk.Drafts.FindAsync(mayas, Cancel));
        Assert.False(await _house.Desk.Drafts.WriteAsync(maya, mayas, "hers", 1, Cancel));
        var body = await Test.Database.ReadAsync(c => c.QuerySingleAsync<byte[]>("SELECT body FROM team_draft WHERE conversation_id = @id", new { id = id.ToString() }), Cancel);
        Assert.DoesNotContain("secret", System.Text.Encoding.Latin1.GetString(body), StringComparison.Ordinal);
    }
}

public sealed class TeamDraftsOnSqlite(SqliteTestDatabase test) : TeamDraftsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TeamDraftsOnPostgres(PostgresTestDatabase test) : TeamDraftsContract(test), IClassFixture<PostgresTestDatabase>;

/// <summary>What goes into the holes of a template.</summary>
public sealed class TeamTemplateTests
{
    [Theory]
    [InlineData("Hello {name}, call {emergency}. {me}", "Hello [Name], call [Emergency]. [Own]")]
    [InlineData("Hola, {nombre}: {horario} {emergencias} {yo}", "Hola, [Name]: [Hours] [Emergency] [Own]")]
    [InlineData("{unknown} { name } {name", "{unknown} { name } {name")]
    [InlineData("{{name}}", "{[Name]}")]
    public void Known_holes_are_filled_and_nothing_else(string text, string expected) => Assert.Equal(expected, TeamTemplates.Fill(text, static hole => $"[{hole}]"));

    [Fact]
    public void What_goes_in_is_not_looked_at_again() => Assert.Equal("{me}", TeamTemplates.Fill("{name}", static _ => "{me}"));
}
