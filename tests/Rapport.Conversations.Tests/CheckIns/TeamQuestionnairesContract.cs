using Dapper;
using Rapport.Conversations.Tests.Teams;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.CheckIns;

/// <summary>What a team keeps to ask for it again: each under its title, a few at most, for that team alone, and sealed.</summary>
public abstract class TeamQuestionnairesContract(TestDatabase test) : TeamContract(test)
{
    [Fact]
    public async Task Each_is_kept_under_its_title_as_it_was_and_goes_when_it_is_wanted_no_more()
    {
        var kept = Of("Pain", "How strong is it?");
        Assert.Equal(KeptStatus.Kept, await _house.Desk.Questionnaires.KeepAsync(_house.Team.Id, kept, Cancel));
        Assert.Equal(KeptStatus.Kept, await _house.Other.Questionnaires.KeepAsync(_house.Team.Id, Of("Sleep", "Did you sleep?"), Cancel));
        var (all, version) = await _house.Other.Questionnaires.FindAsync(_house.Team.Id, Cancel);
        Assert.Equal(["Pain", "Sleep"], all.Select(static one => one.Form.Title));
        Assert.Equal(2, version);
        Assert.True(kept.Json.Span.SequenceEqual(all[0].Questionnaire.Json.Span));

        await _house.Desk.Questionnaires.KeepAsync(_house.Team.Id, Of("Pain", "And now?"), Cancel);
        Assert.Equal("And now?", (await _house.Other.Questionnaires.FindAsync(_house.Team.Id, Cancel)).All.Single(static one => one.Form.Title == "Pain").Form.Questions[0].Text);
        Assert.True(await _house.Other.Questionnaires.DropAsync(_house.Team.Id, "Pain", Cancel));
        Assert.True(await _house.Other.Questionnaires.DropAsync(_house.Team.Id, "Pain", Cancel));
        Assert.Equal("Sleep", Assert.Single((await _house.Desk.Questionnaires.FindAsync(_house.Team.Id, Cancel)).All).Form.Title);
        Assert.False(await _house.Desk.Questionnaires.SetAsync(_house.Team.Id, [], version, Cancel));
    }

    [Fact]
    public async Task Two_who_keep_at_the_same_moment_both_do_and_twenty_is_the_most()
    {
        var kept = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? _house.Desk : _house.Other).Questionnaires.KeepAsync(_house.Team.Id, Of($"{i}", "x"), Cancel), Cancel)));
        Assert.All(kept, static status => Assert.Equal(KeptStatus.Kept, status));
        Assert.Equal(6, (await _house.Desk.Questionnaires.FindAsync(_house.Team.Id, Cancel)).All.Count);
        for (var i = 6; i < TeamQuestionnaires.Most; i++)
        {
            await _house.Desk.Questionnaires.KeepAsync(_house.Team.Id, Of($"{i}", "x"), Cancel);
        }

        Assert.Equal(KeptStatus.TooMany, await _house.Desk.Questionnaires.KeepAsync(_house.Team.Id, Of("one more", "x"), Cancel));
        Assert.Equal(KeptStatus.Kept, await _house.Desk.Questionnaires.KeepAsync(_house.Team.Id, Of("3", "y"), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => _house.Desk.Questionnaires.SetAsync(_house.Team.Id, [Of("a", "x"), Of("a", "y")], 0, Cancel));
    }

    [Fact]
    public async Task It_is_that_teams_alone_and_what_is_asked_stands_nowhere_in_clear()
    {
        await _house.Desk.Questionnaires.KeepAsync(_house.Team.Id, Of("zqsecret", "zqquestion"), Cancel);
        var other = (await _house.People.CareTeams.AddAsync(_house.Team.Id.Organisation, "Other team", Cancel)).Value!;
        Assert.Empty((await _house.Desk.Questionnaires.FindAsync(other.Id, Cancel)).All);
        var rows = await Test.Database.ReadAsync(c => c.QueryAsync<byte[]>("SELECT body FROM team_sheet"), Cancel);
        Assert.All(rows, static body => Assert.All((string[])["zqsecret", "zqquestion"], secret => Assert.DoesNotContain(secret, System.Text.Encoding.Latin1.GetString(body))));
    }

    private static Resource Of(string title, string question) => CheckInQuestionnaire.Write(new CheckInForm(title, [new CheckInQuestion("a", question, QuestionKind.YesNo)]));
}

public sealed class TeamQuestionnairesOnSqlite(SqliteTestDatabase test) : TeamQuestionnairesContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class TeamQuestionnairesOnPostgres(PostgresTestDatabase test) : TeamQuestionnairesContract(test), IClassFixture<PostgresTestDatabase>;
