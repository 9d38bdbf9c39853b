using Dapper;
using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class AccessRequestsContract(TestDatabase test) : PeopleContract(test)
{
    private static RequestTerms Terms => new("treat", ["conditions", "medicines"], 3, "You come to my clinic next week.");

    [Fact]
    public async Task A_request_is_seen_by_both_on_every_node()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        SentRequest asked = await OkAsync(People.Requests.AskAsync(lee, $" {maya.SignInName.ToUpperInvariant()} ", Terms with { Reason = "  Because.  " }, Cancel));
        Assert.Equal((maya.SignInName, RequestState.Waiting, "Because."), (asked.To, asked.State, asked.Terms.Reason));
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            ReceivedRequest received = Assert.Single(await node.Requests.ListReceivedAsync(maya, Cancel));
            Assert.Equal((asked.Id, lee.Id, Clock.GetUtcNow()), (received.Id, received.Asker.Id, received.At));
            Assert.Equal(("treat", 3, "Because."), (received.Terms.Aim, received.Terms.Months, received.Terms.Reason));
            Assert.Equal(["conditions", "medicines"], received.Terms.Kinds);
            SentRequest sent = Assert.Single(await node.Requests.ListSentAsync(lee.Id, Cancel));
            Assert.Equal((asked.Id, maya.SignInName, RequestState.Waiting, null), (sent.Id, sent.To, sent.State, sent.Patient));
        }
    }

    [Fact]
    public async Task Who_asks_gets_the_same_whoever_is_meant()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        Person sam = await AddAsync("Sam, without a record");
        Person noor = await AddPatientAsync();
        await RefuseAsync(noor, lee, tell: false, forGood: true);
        foreach (string name in new[] { maya.SignInName, sam.SignInName, noor.SignInName, NewName() })
        {
            Person asker = name == noor.SignInName ? lee : await AddProfessionalAsync();
            int before = (await People.Requests.ListSentAsync(asker.Id, Cancel)).Count;
            Clock.Advance(TimeSpan.FromDays(31));
            SentRequest asked = await OkAsync(People.Requests.AskAsync(asker, name, Terms, Cancel));
            Assert.Equal((name, RequestState.Waiting, Clock.GetUtcNow(), null, null), (asked.To, asked.State, asked.At, asked.AnsweredAt, asked.Patient));
            IReadOnlyList<SentRequest> sent = await People.Requests.ListSentAsync(asker.Id, Cancel);
            Assert.Equal(before + 1, sent.Count);
            Assert.Equal((name, RequestState.Waiting, null, null), (sent[0].To, sent[0].State, sent[0].AnsweredAt, sent[0].Patient));

            // Two rows, whoever is meant.
            Assert.Equal(1, await CountReceivedAsync(asked.Id));
            Assert.Equal(1, await CountAsync("SELECT COUNT(*) FROM sent_request WHERE request_id = @id", asked.Id));

            Assert.Equal(PeopleTextOfAlready(name), await ProblemAsync(People.Requests.AskAsync(asker, name, Terms, Cancel)));
            Assert.True(await People.Requests.TakeBackAsync(asker.Id, asked.Id, Cancel));
            Assert.Equal(RequestState.TakenBack, (await People.Requests.ListSentAsync(asker.Id, Cancel))[0].State);
            Assert.Equal(0, await CountReceivedAsync(asked.Id));
        }
    }

    [Fact]
    public async Task What_is_granted_is_told_with_the_patient()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        ReceivedRequest received = await AskAsync(lee, maya);
        Clock.Advance(TimeSpan.FromDays(2));
        await OtherNode.Requests.GrantAsync(maya, received, Cancel);
        await People.Requests.GrantAsync(maya, received, Cancel);
        SentRequest sent = Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel));
        Assert.Equal((RequestState.Granted, maya.Record, Clock.GetUtcNow()), (sent.State, sent.Patient, sent.AnsweredAt));
        Assert.Empty(await People.Requests.ListReceivedAsync(maya, Cancel));
        Assert.False(await People.Requests.TakeBackAsync(lee.Id, received.Id, Cancel));

        // It may be asked for more.
        await AskAsync(lee, maya);
    }

    [Fact]
    public async Task An_agreement_that_was_made_while_the_request_was_taken_back_is_told()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        ReceivedRequest received = await AskAsync(lee, maya);
        Assert.True(await People.Requests.TakeBackAsync(lee.Id, received.Id, Cancel));
        Assert.False(await People.Requests.TakeBackAsync(lee.Id, received.Id, Cancel));
        Assert.Empty(await OtherNode.Requests.ListReceivedAsync(maya, Cancel));
        await People.Requests.GrantAsync(maya, received, Cancel);
        Assert.Equal(RequestState.Granted, Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel)).State);
    }

    [Fact]
    public async Task A_no_is_told_only_when_the_patient_wants_it()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        await RefuseAsync(maya, lee, tell: true, forGood: false);
        SentRequest told = Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel));
        Assert.Equal((RequestState.NotGranted, null), (told.State, told.Patient));
        Clock.Advance(TimeSpan.FromHours(1));
        await RefuseAsync(maya, lee, tell: false, forGood: false);
        Assert.Equal(RequestState.Waiting, (await People.Requests.ListSentAsync(lee.Id, Cancel))[0].State);
        Assert.Empty(await People.Requests.ListReceivedAsync(maya, Cancel));
        Clock.Advance(AccessRequests.WaitingFor);
        Assert.Equal(RequestState.Over, (await People.Requests.ListSentAsync(lee.Id, Cancel))[0].State);
    }

    /// <summary>Where two look after a child, one answers: what comes after changes nothing, and both read who it was.</summary>
    [Fact]
    public async Task A_no_for_a_child_is_said_once_and_tells_who_said_it()
    {
        Person lee = await AddProfessionalAsync();
        Person lena = await AddPatientAsync();
        Person sam = await AddAsync("Sam");
        Person maya = await AddAsync("Maya");
        ReceivedRequest received = await AskAsync(lee, lena);
        bool[] said = await Task.WhenAll(
            People.Requests.RefuseAsync(lena, received, tell: true, forGood: false, Cancel, sam), OtherNode.Requests.RefuseAsync(lena, received, tell: true, forGood: false, Cancel, maya));
        Assert.Single(said, static one => one);
        RefusedFor refused = Assert.Single(await OtherNode.Requests.ListRefusedForAsync(lena.Id, Cancel));
        Person by = said[0] ? sam : maya;
        Assert.Equal((received.Id, lee.Id, by.Reference, by.DisplayName, Clock.GetUtcNow(), true), (refused.Id, refused.Asker.Id, refused.By, refused.ByName, refused.At, refused.IsTold));

        // A yes that was on its way is none.
        Assert.False(await People.Requests.GrantAsync(lena, received, Cancel));
        Assert.Equal(RequestState.NotGranted, Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel)).State);

        // What was granted is not refused afterwards, and what the patient refuses themself is told to nobody.
        Clock.Advance(TimeSpan.FromHours(1));
        received = await AskAsync(lee, lena);
        await People.Requests.GrantAsync(lena, received, Cancel);
        Assert.False(await OtherNode.Requests.RefuseAsync(lena, received, tell: true, forGood: false, Cancel, maya));
        Assert.Equal(RequestState.Granted, (await People.Requests.ListSentAsync(lee.Id, Cancel))[0].State);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(await People.Requests.RefuseAsync(lena, await AskAsync(lee, lena), tell: false, forGood: false, Cancel));
        Assert.Single(await People.Requests.ListRefusedForAsync(lena.Id, Cancel));
        Clock.Advance(AccessRequests.KeptFor);
        Assert.Empty(await People.Requests.ListRefusedForAsync(lena.Id, Cancel));
    }

    [Fact]
    public async Task Whoever_may_not_ask_again_does_not_reach_the_patient_until_they_may()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        await RefuseAsync(maya, lee, tell: true, forGood: true);
        RefusedAsker refused = Assert.Single(await OtherNode.Requests.ListRefusedAsync(maya, Cancel));
        Assert.Equal((lee.Id, Clock.GetUtcNow()), (refused.Asker.Id, refused.Since));
        SentRequest silent = await OkAsync(People.Requests.AskAsync(lee, maya.SignInName, Terms, Cancel));
        Assert.Equal(RequestState.Waiting, silent.State);
        Assert.Empty(await People.Requests.ListReceivedAsync(maya, Cancel));

        Assert.True(await People.Requests.LetAskAsync(maya, lee.Id, Cancel));
        Assert.False(await People.Requests.LetAskAsync(maya, lee.Id, Cancel));
        Assert.Empty(await People.Requests.ListRefusedAsync(maya, Cancel));
        Assert.Empty(await People.Requests.ListReceivedAsync(maya, Cancel));
        Assert.True(await People.Requests.TakeBackAsync(lee.Id, silent.Id, Cancel));
        await AskAsync(lee, maya);
    }

    [Fact]
    public async Task It_ends_by_itself_and_is_forgotten()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        ReceivedRequest received = await AskAsync(lee, maya);
        Clock.Advance(AccessRequests.WaitingFor - TimeSpan.FromMilliseconds(1));
        Assert.Single(await People.Requests.ListReceivedAsync(maya, Cancel));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await People.Requests.ListReceivedAsync(maya, Cancel));
        Assert.Equal(RequestState.Over, Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel)).State);
        Clock.Advance(AccessRequests.KeptFor - AccessRequests.WaitingFor);
        Assert.Empty(await People.Requests.ListSentAsync(lee.Id, Cancel));

        await AskAsync(await AddProfessionalAsync(), maya);
        Assert.Equal(0, await CountReceivedAsync(received.Id));
        Assert.Equal(0, await CountAsync("SELECT COUNT(*) FROM sent_request WHERE request_id = @id", received.Id));
    }

    [Fact]
    public async Task One_asks_so_much_and_no_more()
    {
        Person lee = await AddProfessionalAsync();
        string name = NewName();
        for (var i = 0; i < AccessRequests.MostToOneName; i++)
        {
            SentRequest asked = await OkAsync(People.Requests.AskAsync(lee, name, Terms, Cancel));
            Assert.Equal(PeopleTextOfAlready(name), await ProblemAsync(OtherNode.Requests.AskAsync(lee, name, Terms, Cancel)));
            await People.Requests.TakeBackAsync(lee.Id, asked.Id, Cancel);
        }

        Assert.Equal($"you have asked `{name}` 3 times within a month: wait until you may ask again", await ProblemAsync(People.Requests.AskAsync(lee, name, Terms, Cancel)));
        for (var i = AccessRequests.MostToOneName; i < AccessRequests.MostADay; i++)
        {
            await OkAsync(People.Requests.AskAsync(lee, NewName(), Terms, Cancel));
        }

        Assert.Equal("you have made 20 requests within a day: go on tomorrow", await ProblemAsync(OtherNode.Requests.AskAsync(lee, NewName(), Terms, Cancel)));
        await OkAsync(People.Requests.AskAsync(await AddProfessionalAsync(), name, Terms, Cancel));
        while ((await People.Requests.ListSentAsync(lee.Id, Cancel)).Count(static sent => sent.State == RequestState.Waiting) is < AccessRequests.MostWaiting and var waiting)
        {
            Clock.Advance(TimeSpan.FromDays(1));
            for (var i = 0; i < Math.Min(AccessRequests.MostADay, AccessRequests.MostWaiting - waiting); i++)
            {
                await OkAsync(People.Requests.AskAsync(lee, NewName(), Terms, Cancel));
            }
        }

        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("100 of your requests are waiting: take back those you no longer need", await ProblemAsync(People.Requests.AskAsync(lee, NewName(), Terms, Cancel)));
    }

    [Fact]
    public async Task Limits_hold_when_many_ask_at_once()
    {
        Person lee = await AddProfessionalAsync();
        string name = NewName();
        Result<SentRequest>[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? People : OtherNode).Requests.AskAsync(lee, name, Terms, Cancel)));
        Assert.Single(answers, static answer => answer.IsOk);
        Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel));
    }

    [Fact]
    public async Task More_than_a_patient_can_look_through_does_not_reach_them()
    {
        Person maya = await AddPatientAsync();
        for (var i = 0; i < AccessRequests.MostWithOnePatient + 1; i++)
        {
            await OkAsync(People.Requests.AskAsync(await AddAsync($"Asker {i}"), maya.SignInName, Terms, Cancel));
        }

        Assert.Equal(AccessRequests.MostWithOnePatient, (await People.Requests.ListReceivedAsync(maya, Cancel)).Count);
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_said()
    {
        Person lee = await AddProfessionalAsync();
        Assert.Equal("a sign-in name has 2 to 64 characters", await ProblemAsync(People.Requests.AskAsync(lee, "x", Terms, Cancel)));
        Assert.Equal("a reason has 1 to 300 characters", await ProblemAsync(People.Requests.AskAsync(lee, "somebody", Terms with { Reason = new string('x', 301) }, Cancel)));
        Assert.Equal("that is your own sign-in name: write that of who you want to ask", await ProblemAsync(People.Requests.AskAsync(lee, lee.SignInName, Terms, Cancel)));
        await Assert.ThrowsAsync<ArgumentException>(() => People.Requests.AskAsync(lee, "somebody", Terms with { Kinds = [] }, Cancel));
        Assert.Empty(await People.Requests.ListSentAsync(lee.Id, Cancel));
    }

    [Fact]
    public async Task Nobody_answers_what_was_asked_of_another()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        Person mallory = await AddPatientAsync();
        ReceivedRequest received = await AskAsync(lee, maya);
        await People.Requests.GrantAsync(mallory, received, Cancel);
        await People.Requests.RefuseAsync(mallory, received, tell: true, forGood: false, Cancel);
        Assert.False(await People.Requests.TakeBackAsync(mallory.Id, received.Id, Cancel));
        Assert.Equal(RequestState.Waiting, Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel)).State);
        Assert.Single(await People.Requests.ListReceivedAsync(maya, Cancel));
    }

    [Fact]
    public async Task A_closed_account_takes_its_requests_along()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        Person noor = await AddPatientAsync();
        await AskAsync(lee, maya);
        await AskAsync(maya, noor);
        await RefuseAsync(maya, await AddProfessionalAsync(), tell: false, forGood: true);
        await RefuseAsync(noor, await AddProfessionalAsync(), tell: false, forGood: true);
        await People.Accounts.CloseAsync(maya.Id, Cancel);
        Assert.Empty(await OtherNode.Requests.ListReceivedAsync(noor, Cancel));
        Assert.Single(await OtherNode.Requests.ListRefusedAsync(noor, Cancel));
        foreach (var (sql, table) in new[]
        {
            ("access_request WHERE asker = @person OR patient = @record", Tables.AccessRequest), ("sent_request WHERE asker = @person", Tables.SentRequest),
            ("request_refusal WHERE asker = @person OR patient = @record", Tables.RequestRefusal),
        })
        {
            var names = new { person = table.Hash("asker", maya.Id), record = table.Hash("patient", maya.Record!.Value) };
            Assert.Equal(0, await Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {sql}", names), Cancel));
        }

        // Their going is not told either: it looks like a name that nobody ever had.
        Assert.Equal(RequestState.Waiting, Assert.Single(await People.Requests.ListSentAsync(lee.Id, Cancel)).State);
        PassFreshness();
        Assert.Equal(PeopleTextOfAlready(maya.SignInName), await ProblemAsync(People.Requests.AskAsync(lee, maya.SignInName, Terms, Cancel)));
    }

    [Fact]
    public async Task A_request_moved_to_another_patient_or_asker_does_not_open()
    {
        Person lee = await AddProfessionalAsync();
        Person maya = await AddPatientAsync();
        Person mallory = await AddPatientAsync();
        ReceivedRequest asked = await AskAsync(lee, maya);
        KeyedTable received = Tables.AccessRequest;
        byte[] moved = received.Hash("request", asked.Id);
        await MoveAsync("UPDATE access_request SET patient = @to WHERE request = @moved", new { moved, to = received.Hash("patient", mallory.Record!.Value) });
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Requests.ListReceivedAsync(mallory, Cancel));
        await MoveAsync("UPDATE access_request SET patient = @to WHERE request = @moved", new { moved, to = received.Hash("patient", maya.Record!.Value) });
        Assert.Single(await People.Requests.ListReceivedAsync(maya, Cancel));

        // Who asks is what the row has sealed, for itself: another's does not open in it.
        ReceivedRequest hers = await AskAsync(mallory, maya);
        await MoveAsync("UPDATE access_request SET names = (SELECT names FROM access_request WHERE request = @hers) WHERE request = @moved", new { moved, hers = received.Hash("request", hers.Id) });
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Requests.ListReceivedAsync(maya, Cancel));
        await MoveAsync("UPDATE sent_request SET asker = @to WHERE request_id = @id", new { id = asked.Id.ToString(), to = Tables.SentRequest.Hash("asker", mallory.Id) });
        await Assert.ThrowsAsync<SealBrokenException>(() => People.Requests.ListSentAsync(mallory.Id, Cancel));
    }

    private static string PeopleTextOfAlready(string name) => $"you have asked `{name}` already: wait for the answer, or take that request back first";

    private Task<Person> AddPatientAsync() => AddAsync(record: PatientId.New());

    private async Task<ReceivedRequest> AskAsync(Person asker, Person patient)
    {
        SentRequest asked = await OkAsync(People.Requests.AskAsync(asker, patient.SignInName, Terms, Cancel));
        return Assert.Single(await People.Requests.ListReceivedAsync(patient, Cancel), received => received.Id == asked.Id);
    }

    private async Task RefuseAsync(Person patient, Person asker, bool tell, bool forGood) =>
        await People.Requests.RefuseAsync(patient, await AskAsync(asker, patient), tell, forGood, Cancel);

    private Task<long> CountAsync(string sql, RequestId id) => Test.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(sql, new { id = id.ToString() }), Cancel);

    private Task<long> CountReceivedAsync(RequestId id) => Test.Database.ReadAsync(
        c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM access_request WHERE request = @id", new { id = Tables.AccessRequest.Hash("request", id) }), Cancel);

    private Task MoveAsync(string sql, object names) => Test.Database.WriteAsync(t => t.Connection!.ExecuteAsync(sql, names, t), Cancel);
}

public sealed class AccessRequestsOnSqlite(SqliteTestDatabase test) : AccessRequestsContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class AccessRequestsOnPostgres(PostgresTestDatabase test) : AccessRequestsContract(test), IClassFixture<PostgresTestDatabase>;
