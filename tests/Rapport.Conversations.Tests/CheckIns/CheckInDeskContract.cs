using System.Data.Common;
using System.Text.Json.Nodes;
using Dapper;
using Rapport.Conversations.Tests.Teams;
using Rapport.Data;
using Rapport.Records;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.CheckIns;

/// <summary>A team asks, the patient answers into their own record, and the team sees what was answered by an agreement and by nothing else.</summary>
public abstract class CheckInDeskContract(TestDatabase test) : IAsyncLifetime
{
    private static readonly CheckInForm Form = new("Your pain", [new("pain", "How strong?", QuestionKind.Scale) { IsWhole = true, Least = 0, Most = 10, IsRequired = true }]);

    /// <summary>What is measured: a number of a unit and a scale, both with a code; and a number without a code, which is not.</summary>
    private static readonly CheckInForm Pressure = new(
        "Your blood pressure",
        [
            new("upper", "The upper number", QuestionKind.Number) { Unit = "mmHg", UnitCode = "mm[Hg]", Code = """[{"system":"http://loinc.org","code":"8480-6"}]""", IsRequired = true },
            new("how", "How strong is your pain?", QuestionKind.Scale) { IsWhole = true, Least = 0, Most = 10, Code = """[{"system":"http://loinc.org","code":"72514-3"}]""" },
            new("plain", "How many steps?", QuestionKind.Number) { Unit = "steps" },
        ]);

    private TeamHouse _house = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateOnly Today => DateOnly.FromDateTime(_house.Now.UtcDateTime);

    public async ValueTask InitializeAsync() => _house = await TeamHouse.MoveInAsync(test);

    public async ValueTask DisposeAsync()
    {
        await _house.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_answered_stands_in_the_record_once_and_the_team_alone_sees_it_until_the_conversation_ends()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc));
        Assert.Null(await SeesAsync(_house.Lee, "QuestionnaireResponse/none"));
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "7", "once"));
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "7", "once"));
        Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, seq, "8", "another"));
        var answer = Assert.Single((await FindAsync(_house.Lee, id, seq)).Answers);
        Assert.Contains("\"valueInteger\":7", await SeesAsync(_house.Lee, answer.Entry));
        Assert.Contains("\"valueInteger\":7", await SeesAsync(_house.Ruiz, answer.Entry));
        Assert.Null(await SeesAsync(await _house.StrangerAsync(), answer.Entry));

        var own = await _house.OwnAsync();
        Assert.Equal(1, (await own.QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel)).Count);
        Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        Assert.Single((await _house.LinesAsync(id)).OfType<CheckInAnsweredLine>());
        Assert.Equal(CheckInDesk.SourceKind, Assert.Single(await own.SourcesAsync(Cancel)).Description.Kind);

        var maya = await _house.TalkerAsync(_house.Maya);
        Assert.True(await _house.Desk.EndAsync(maya, (await _house.ViewAsync(_house.Desk, _house.Maya, id))!, own.Attached, Cancel));
        Assert.Null(await SeesAsync(_house.Lee, answer.Entry));
    }

    [Fact]
    public async Task One_agreement_holds_all_answers_of_a_series_and_begins_anew_where_the_patient_ended_it()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, new CheckInTimes(CheckInEvery.Day, Today, Today.AddDays(9), "UTC"));
        for (var day = 0; day < 3; day++)
        {
            Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, $"{day}", $"k{day}"));
            Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, seq, "9", $"again{day}"));
            test.Clock.Advance(TimeSpan.FromDays(1));
        }

        var own = await _house.OwnAsync();
        var consent = Assert.Single(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        var answers = (await FindAsync(_house.Lee, id, seq)).Answers;
        Assert.Equal([0, 1, 2], answers.Select(static answer => answer.Time));
        foreach (var answer in answers)
        {
            Assert.NotNull(await SeesAsync(_house.Lee, answer.Entry));
        }

        await own.PutConsentAsync(LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1)), Consent.ConsentJson.Ended(consent.Resource), null, Cancel);
        Assert.Null(await SeesAsync(_house.Lee, answers[0].Entry));
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "3", "k3"));
        answers = (await FindAsync(_house.Lee, id, seq)).Answers;
        Assert.NotNull(await SeesAsync(_house.Lee, answers[3].Entry));
        Assert.All(await Task.WhenAll(answers.Take(3).Select(answer => SeesAsync(_house.Lee, answer.Entry))), Assert.Null);
    }

    [Fact]
    public async Task One_that_goes_on_is_opened_without_what_else_was_said_since()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, new CheckInTimes(CheckInEvery.Day, Today, Today.AddDays(9), "UTC"));
        var other = await AskAsync(id, new CheckInTimes(CheckInEvery.Day, Today, Today.AddDays(1), "UTC"));
        List<long> answers = [];
        for (var day = 0; day < 2; day++)
        {
            Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, $"{day}", $"k{day}"));
            answers.Add((await _house.ViewAsync(_house.Desk, _house.Maya, id))!.State.Size);
            Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, other, "3", $"o{day}"));
            test.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([0, 1], (await FindAsync(_house.Lee, id, other)).Answers.Select(static answer => answer.Time));
        await test.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE conversation_line SET body = @none WHERE conversation_id = @id AND seq > @seq AND seq NOT IN (@first, @second)", new { none = Array.Empty<byte>(), id = id.ToString(), seq, first = answers[0], second = answers[1] }, t),
            Cancel);
        var found = await FindAsync(_house.Lee, id, seq);
        Assert.Equal([(0, answers[0]), (1, answers[1])], found.Answers.Select(static answer => (answer.Time, answer.Seq)));
        Assert.True(found.IsRunning);
    }

    [Fact]
    public async Task Of_two_answers_at_the_same_moment_on_two_nodes_one_is_sent_and_nothing_else_is_shared()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc));
        var both = await Task.WhenAll(AnswerAsync(id, seq, "1", "a"), AnswerAsync(id, seq, "2", "b", _house.Other));
        Assert.Equal([AnsweredStatus.Answered, AnsweredStatus.NotWaiting], both.Order());
        var answer = Assert.Single((await FindAsync(_house.Lee, id, seq)).Answers);
        Assert.NotNull(await SeesAsync(_house.Lee, answer.Entry));
        Assert.Equal([answer.Entry], await InRecordAsync());
    }

    [Fact]
    public async Task Of_an_answer_that_could_not_be_sent_nothing_stays_in_the_record_and_nothing_is_shared()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc));
        await using (await BrokenTable.BreakAsync(test.Database, "conversation_line"))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => AnswerAsync(id, seq, "7", "once"));
        }

        Assert.Empty(await InRecordAsync());
        Assert.Empty(await SharedAsync());
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "7", "once"));
        Assert.Equal(await InRecordAsync(), await SharedAsync());
    }

    [Fact]
    public async Task Of_an_answer_that_came_second_nothing_stays_in_the_record_and_nothing_is_shared()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, new CheckInTimes(CheckInEvery.Day, Today, Today.AddDays(9), "UTC"));

        // Both were open before either was sent.
        var open = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "1", "a"));
        Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, seq, "2", "b", seen: open));
        Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, seq, "2", "b", seen: open));
        var first = Assert.Single((await FindAsync(_house.Lee, id, seq)).Answers).Entry;
        Assert.Contains("\"valueInteger\":1", await SeesAsync(_house.Lee, first));
        Assert.Equal([first], await InRecordAsync());
        Assert.Equal([first], await SharedAsync());
        Assert.Single(await (await _house.OwnAsync()).SourcesAsync(Cancel), static source => source.TakenBackAt is null);

        // The key of the one that was not sent is free for the next time.
        test.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "2", "b"));
        Assert.Equal((await FindAsync(_house.Lee, id, seq)).Answers.Select(static answer => answer.Entry).Order(), (await InRecordAsync()).Order());
    }

    [Fact]
    public async Task What_was_ended_while_it_was_answered_leaves_nothing()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc));
        var open = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        Assert.True(await _house.Desk.CheckIns.EndAsync(await _house.TalkerAsync(_house.Lee), (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, seq, Cancel));
        Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, seq, "2", "b", seen: open));
        Assert.Empty(await InRecordAsync());
        Assert.Empty(await SharedAsync());
    }

    [Fact]
    public async Task Another_answer_under_the_key_of_one_that_was_sent_is_not_taken_for_it()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, new CheckInTimes(CheckInEvery.Day, Today, Today.AddDays(9), "UTC"));
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "1", "a"));
        Assert.Equal(AnsweredStatus.KeyUsedBefore, await AnswerAsync(id, seq, "9", "a"));
        test.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(AnsweredStatus.KeyUsedBefore, await AnswerAsync(id, seq, "9", "a"));
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, "1", "a"));
        Assert.Contains("\"valueInteger\":1", await SeesAsync(_house.Lee, Assert.Single((await FindAsync(_house.Lee, id, seq)).Answers).Entry));
    }

    [Fact]
    public async Task Other_questions_under_the_key_and_the_title_of_a_check_in_are_not_taken_for_it()
    {
        var id = await _house.AskAsync("hello");
        var times = CheckInTimes.Once(Today, TimeZoneInfo.Utc);
        var seq = await AskAsync(id, times, "same");
        var (lee, view) = (await _house.TalkerAsync(_house.Lee), (await _house.ViewAsync(_house.Desk, _house.Lee, id))!);
        var other = Form with { Questions = [new("sleep", "How did you sleep?", QuestionKind.Words)] };
        Assert.Equal(AskedStatus.KeyUsedBefore, (await _house.Desk.CheckIns.AskAsync(lee, view, CheckInQuestionnaire.Write(other), times, "same", Cancel)).Status);
        Assert.Equal(seq, await AskAsync(id, times, "same"));
    }

    [Fact]
    public async Task Only_who_may_asks_answers_and_ends_it_and_five_go_on_at_most()
    {
        var id = await _house.AskAsync("hello");
        var (lee, maya) = (await _house.TalkerAsync(_house.Lee), await _house.TalkerAsync(_house.Maya));
        var mayas = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        var times = CheckInTimes.Once(Today, TimeZoneInfo.Utc);
        Assert.Equal(AskedStatus.NotTheirs, (await _house.Desk.CheckIns.AskAsync(maya, mayas, CheckInQuestionnaire.Write(Form), times, "k", Cancel)).Status);
        var seq = await AskAsync(id, times, "same");
        Assert.Equal(seq, await AskAsync(id, times, "same"));
        Assert.Equal(AskedStatus.KeyUsedBefore, (await _house.Desk.CheckIns.AskAsync(lee, (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, CheckInQuestionnaire.Write(Form with { Title = "Another" }), times, "same", Cancel)).Status);
        var checkIn = await FindAsync(_house.Lee, id, seq);
        var answers = CheckInAnswers.Read(checkIn.Form, static _ => "4").Answers;
        Assert.Equal(AnsweredStatus.NothingHere, await _house.Desk.CheckIns.AnswerAsync(lee, (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, checkIn, answers, new Answering(null, TeamHouse.ActorOf(_house.Lee), "x"), "k", Cancel));
        for (var i = 1; i < RunningCheckIn.Most; i++)
        {
            await AskAsync(id, times);
        }

        Assert.Equal(AskedStatus.TooMany, (await _house.Desk.CheckIns.AskAsync(lee, (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, CheckInQuestionnaire.Write(Form), times, "more", Cancel)).Status);
        mayas = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        Assert.Equal(RunningCheckIn.Most, _house.Desk.CheckIns.WaitingFor(mayas).Count());
        Assert.True(await _house.Desk.CheckIns.EndAsync(maya, mayas, seq, Cancel));
        Assert.False(await _house.Desk.CheckIns.EndAsync(maya, mayas, seq, Cancel));
        Assert.True((await FindAsync(_house.Lee, id, seq)).Ended!.IsDeclined);
        Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, seq, "1", "late"));
        Assert.Equal(0, (await (await _house.OwnAsync()).QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel)).Count);
        test.Clock.Advance(TimeSpan.FromDays(CheckInTimes.OnceFor));
        Assert.Empty(_house.Desk.CheckIns.WaitingFor((await _house.ViewAsync(_house.Desk, _house.Maya, id))!));
        await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc));
    }

    [Fact]
    public async Task What_is_measured_stands_among_the_results_beside_the_answer_and_goes_with_it()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, new CheckInTimes(CheckInEvery.Day, Today, Today.AddDays(9), "UTC"), form: Pressure);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, ("upper", "131.5"), ("how", "7"), ("plain", "3")));
        }

        var answer = Assert.Single((await FindAsync(_house.Lee, id, seq)).Answers).Entry;
        var measured = await MeasuredAsync();
        Assert.Equal(["72514-3 7 {score}", "8480-6 131.5 mm[Hg]"], measured.Select(static one => $"{one["code"]!["coding"]![0]!["code"]} {one["valueQuantity"]!["value"]} {one["valueQuantity"]!["code"]}").Order(StringComparer.Ordinal));
        Assert.All(measured, one => Assert.Equal((answer, $"Patient/{_house.Maya.Record}"), ((string)one["derivedFrom"]![0]!["reference"]!, (string)one["subject"]!["reference"]!)));
        Assert.Single(await (await _house.OwnAsync()).ConsentsAsync(static consent => consent.Attached is not null, Cancel));
        foreach (var one in measured)
        {
            Assert.Contains("valueQuantity", await SeesAsync(_house.Ruiz, $"Observation/{one["id"]}"));
            Assert.Null(await SeesAsync(await _house.StrangerAsync(), $"Observation/{one["id"]}"));
        }

        // All of it is one source, which can be taken back.
        Assert.Single(await (await _house.OwnAsync()).SourcesAsync(Cancel));
    }

    [Fact]
    public async Task Of_an_answer_that_is_not_sent_no_measurement_stays()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc), form: Pressure);
        var open = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        Assert.True(await _house.Desk.CheckIns.EndAsync(await _house.TalkerAsync(_house.Lee), (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, seq, Cancel));
        Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, seq, "2", "b", seen: open));
        Assert.Empty(await MeasuredAsync());

        var other = await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc), form: Pressure);
        open = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, other, "2", "c", seen: open));
        Assert.Equal(AnsweredStatus.NotWaiting, await AnswerAsync(id, other, "5", "d", seen: open));
        Assert.Equal(["2", "2"], (await MeasuredAsync()).Select(static one => one["valueQuantity"]!["value"]!.ToString()));
        Assert.Equal(3, (await SharedAsync()).Count);
    }

    /// <summary>A server stopped when an answer was written and not sent; it comes again, and says less.</summary>
    [Fact]
    public async Task What_was_written_and_comes_again_with_other_answers_leaves_no_measurement_of_before()
    {
        var id = await _house.AskAsync("hello");
        var seq = await AskAsync(id, CheckInTimes.Once(Today, TimeZoneInfo.Utc), form: Pressure);
        await RenameAsync("conversation_once", "conversation_once_away");
        try
        {
            await Assert.ThrowsAnyAsync<DbException>(() => AnswerAsync(id, seq, ("upper", "120"), ("how", "7")));
        }
        finally
        {
            await RenameAsync("conversation_once_away", "conversation_once");
        }

        Assert.Equal(AnsweredStatus.Answered, await AnswerAsync(id, seq, ("upper", "130")));
        Assert.Equal(["130"], (await MeasuredAsync()).Select(static one => one["valueQuantity"]!["value"]!.ToString()));
        Assert.Equal(2, (await SharedAsync()).Count);
    }

    private async Task<long> AskAsync(ConversationId id, CheckInTimes times, string? once = null, CheckInForm? form = null)
    {
        var asked = await _house.Desk.CheckIns.AskAsync(
            await _house.TalkerAsync(_house.Lee), (await _house.ViewAsync(_house.Desk, _house.Lee, id))!, CheckInQuestionnaire.Write(form ?? Form), times, once ?? Guid.NewGuid().ToString("N"), Cancel);
        Assert.Equal(AskedStatus.Asked, asked.Status);
        return asked.Seq;
    }

    /// <summary>The same answers are sent under the same key.</summary>
    private async Task<AnsweredStatus> AnswerAsync(ConversationId id, long seq, params (string Id, string Text)[] texts)
    {
        var view = (await _house.ViewAsync(_house.Desk, _house.Maya, id))!;
        var checkIn = (await _house.Desk.CheckIns.FindAsync(view, seq, Cancel))!;
        var answers = CheckInAnswers.Read(checkIn.Form, question => texts.FirstOrDefault(text => text.Id == question).Text).Answers;
        return await _house.Desk.CheckIns.AnswerAsync(await _house.TalkerAsync(_house.Maya), view, checkIn, answers, new Answering(await _house.OwnAsync(), TeamHouse.ActorOf(_house.Maya), "Your answers"), "one", Cancel);
    }

    private Task RenameAsync(string table, string name) => test.Database.WriteAsync(t => t.Connection!.ExecuteAsync($"ALTER TABLE {table} RENAME TO {name}", transaction: t), Cancel);

    /// <summary>The measurements that stand in the record.</summary>
    private async Task<IReadOnlyList<JsonNode>> MeasuredAsync()
    {
        var answer = await (await _house.OwnAsync()).QueryAsync(new RecordQuery.Everything { Types = ["Observation"] }, Cancel);
        return [.. Enumerable.Range(0, answer.Count).Select(i => JsonNode.Parse(answer.ReadResource(i).Json.Span)!)];
    }

    private async Task<AnsweredStatus> AnswerAsync(ConversationId id, long seq, string pain, string once, ConversationDesk? desk = null, TalkView? seen = null)
    {
        desk ??= _house.Desk;
        var view = seen ?? (await _house.ViewAsync(desk, _house.Maya, id))!;
        var checkIn = (await desk.CheckIns.FindAsync(view, seq, Cancel))!;
        var own = await _house.OwnAsync(desk == _house.Other);
        return await desk.CheckIns.AnswerAsync(await _house.TalkerAsync(_house.Maya), view, checkIn, CheckInAnswers.Read(checkIn.Form, _ => pain).Answers, new Answering(own, TeamHouse.ActorOf(_house.Maya), "Your answers"), once, Cancel);
    }

    private async Task<CheckIn> FindAsync(People.Person person, ConversationId id, long seq) => (await _house.Desk.CheckIns.FindAsync((await _house.ViewAsync(_house.Desk, person, id))!, seq, Cancel))!;

    /// <summary>The answers that stand in the record.</summary>
    private async Task<IReadOnlyList<string>> InRecordAsync() => [.. (await (await _house.OwnAsync()).QueryAsync(new RecordQuery.Everything { Types = ["QuestionnaireResponse"] }, Cancel)).Entries.Select(static entry => entry.Reference)];

    /// <summary>The answers that agreements in force name.</summary>
    private async Task<IReadOnlyList<string>> SharedAsync() => [.. (await (await _house.OwnAsync()).ConsentsAsync(static consent => consent is { Attached: not null, Status: "active" }, Cancel))
        .SelectMany(static consent => JsonNode.Parse(consent.Resource.Json.Span)!["provision"]!["data"]!.AsArray().Select(static data => (string)data!["reference"]!["reference"]!))];

    /// <summary>What somebody sees of an entry through the gate; null for nothing.</summary>
    private async Task<string?> SeesAsync(People.Person person, string entry) => await _house.SeesAsync(person, entry);
}

public sealed class CheckInDeskOnSqlite(SqliteTestDatabase test) : CheckInDeskContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CheckInDeskOnPostgres(PostgresTestDatabase test) : CheckInDeskContract(test), IClassFixture<PostgresTestDatabase>;
