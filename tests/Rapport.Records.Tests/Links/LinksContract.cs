using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Ledger;
using Rapport.TestKit;

namespace Rapport.Records.Tests;

/// <summary>Links that a patient gives: whoever has one sees what its agreement permits, so often and so long as was said, and each time stands in the ledger first.</summary>
public abstract class LinksContract(TestDatabase test) : RecordsContract(test)
{
    private const string Right = "open sesame";

    private static readonly LinkKnock DrMeyer = new("Dr Meyer, for a check-up");

    [Fact]
    public async Task Whoever_has_a_link_sees_what_its_agreement_permits_and_the_ledger_tells_who_they_said_they_are()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([Make.Observation(maya), Make.Observation(maya, labels: "PSY"), Make.Condition(maya)]);
        var (link, path) = await GiveAsync(maya, ["Observation"]);

        var opening = await OpenAsync(path, DrMeyer);

        Assert.Equal(LinkOutcome.Opened, opening.Outcome);
        Assert.Equal("Observation", Assert.Single(opening.Disclosure!.Entries).ResourceType);
        var told = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Disclosed, link.Holder, link.HolderName, "TREAT", "link: Dr Meyer, for a check-up", 1), (told.Kind, told.Actor, told.ActorName, told.Purpose, told.Note, told.EntryCount));
        Assert.Equal([link.FullId], told.Consents);
        Assert.Equal(1, (await maya.Own.Links.FindAsync(link.Id, Cancel))!.Openings);
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task What_is_shared_with_everybody_does_not_go_along()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);
        await maya.Own.PutConsentAsync(null, TestPatient.Parse(Make.Consent(maya, Make.Provision("permit", types: ["Condition"]))), null, Cancel);
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        Assert.Equal("Observation", Assert.Single((await OpenAsync(path, DrMeyer)).Disclosure!.Entries).ResourceType);
    }

    [Fact]
    public async Task What_is_denied_stays_home()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([Make.Observation(maya, "8867-4"), Make.Observation(maya, "85354-9")]);
        var deny = Make.Provision("deny");
        deny["code"] = new JsonArray(Make.Concept(Make.Loinc, "8867-4", null));
        await maya.Own.PutConsentAsync(null, TestPatient.Parse(Make.Consent(maya, deny)), null, Cancel);
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        Assert.Single((await OpenAsync(path, DrMeyer)).Disclosure!.Entries);
    }

    [Fact]
    public async Task An_address_that_nobody_gave_opens_nothing()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        foreach (var other in new[] { "", "x", path[..^1], path + "A", new string('A', 43), (path[0] == 'A' ? 'B' : 'A') + path[1..], path[..^2] + "é", path.ToUpperInvariant() + "0" })
        {
            Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(other, DrMeyer)).Outcome);
            Assert.Equal(LinkOutcome.NothingHere, (await Records.Links.FetchAsync(other, "x", AnyFile, Cancel)).Outcome);
        }

        Assert.DoesNotContain(await maya.ReadLedgerAsync(), row => row.Details!.Kind == LedgerKind.Disclosed);
    }

    [Fact]
    public async Task A_link_without_anything_behind_it_opens_nothing_and_is_not_used()
    {
        var maya = await NewPatientAsync();
        var (link, path) = await GiveAsync(maya, ["Observation"], mostOpenings: 1);
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer)).Outcome);
        Assert.Equal(0, (await maya.Own.Links.FindAsync(link.Id, Cancel))!.Openings);
        await maya.AddAsync(Make.Observation(maya));
        Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer)).Outcome);
    }

    [Fact]
    public async Task Once_its_agreement_is_ended_on_one_node_it_opens_nothing_on_the_other_and_never_comes_back()
    {
        var maya = await NewPatientAsync();
        var there = await OpenAsync(maya, OtherNode);
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"]);
        var opening = await OpenAsync(path, DrMeyer, OtherNode);
        Assert.Equal(LinkOutcome.Opened, opening.Outcome);
        var consent = Agreement(maya, link.Id, ["Observation"]);

        await maya.RevokeAsync(link.Id, consent);

        foreach (var node in new[] { Records, OtherNode })
        {
            Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer, node)).Outcome);
            Assert.Equal(LinkOutcome.NothingHere, (await node.Links.FetchAsync(path, opening.AddressOf!("bundle"), AnyFile, Cancel)).Outcome);
        }

        Assert.Null((await there.Own.Links.FindAsync(link.Id, Cancel))!.Secret);
        await maya.ReplaceConsentAsync(link.Id, consent);
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer)).Outcome);
        Assert.Equal(LedgerKind.Revoked, (await maya.ReadLedgerAsync())[1].Details!.Kind);
    }

    [Fact]
    public async Task Its_agreement_changed_on_one_node_the_other_gives_what_it_says_now()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync([Make.Observation(maya), Make.Condition(maya)]);
        var (link, path) = await GiveAsync(maya, ["Observation"]);
        Assert.Equal("Observation", Assert.Single((await OpenAsync(path, DrMeyer, OtherNode)).Disclosure!.Entries).ResourceType);
        await maya.ReplaceConsentAsync(link.Id, Agreement(maya, link.Id, ["Condition"]));
        Assert.Equal("Condition", Assert.Single((await OpenAsync(path, DrMeyer, OtherNode)).Disclosure!.Entries).ResourceType);
    }

    [Fact]
    public async Task After_its_end_it_opens_nothing()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var ends = Clock.GetUtcNow().AddHours(2);
        var (_, path) = await GiveAsync(maya, ["Observation"], ends: ends);
        Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer)).Outcome);
        Clock.Advance(ends - Clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        var opening = await OpenAsync(path, DrMeyer);
        Assert.Equal(LinkOutcome.Opened, opening.Outcome);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer)).Outcome);
        Assert.Equal(LinkOutcome.NothingHere, (await Records.Links.FetchAsync(path, opening.AddressOf!("bundle"), AnyFile, Cancel)).Outcome);
    }

    [Fact]
    public async Task Opened_by_a_hundred_at_once_on_two_nodes_it_opens_as_often_as_it_may()
    {
        const int most = 3;
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"], mostOpenings: most);

        var openings = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => OpenAsync(path, new LinkKnock($"holder {i}"), i % 2 == 0 ? Records : OtherNode))));

        Assert.Equal(most, openings.Count(opening => opening.Outcome == LinkOutcome.Opened));
        Assert.Equal(100 - most, openings.Count(opening => opening.Outcome == LinkOutcome.NothingHere));
        Assert.Equal(most, (await maya.Own.Links.FindAsync(link.Id, Cancel))!.Openings);
        Assert.Equal(most, (await maya.ReadLedgerAsync()).Count(row => row.Details!.Kind == LedgerKind.Disclosed));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Among_a_thousand_guesses_at_once_on_two_nodes_no_more_than_ten_are_looked_at()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (there, elsewhere) = (await OpenNodeAsync(Quick), await OpenNodeAsync(Quick));
        var (link, path) = await GiveAsync(await OpenAsync(maya, there), ["Observation"], passcode: Right);

        var guesses = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => OpenAsync(path, DrMeyer with { Passcode = $"guess {i}" }, i % 2 == 0 ? there : elsewhere))));

        var refused = guesses.Where(guess => guess.Outcome == LinkOutcome.WrongPasscode).Select(guess => guess.AttemptsLeft).Order().ToList();
        Assert.Equal(Enumerable.Range(0, GivenLink.MostWrongPasscodes), refused);
        Assert.All(guesses.Where(guess => guess.Outcome != LinkOutcome.WrongPasscode), guess => Assert.Equal(LinkOutcome.NothingHere, guess.Outcome));
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer with { Passcode = Right }, there)).Outcome);
        Assert.True((await maya.Own.Links.FindAsync(link.Id, Cancel))!.IsLocked);
    }

    [Fact]
    public async Task The_right_passcode_opens_and_wrong_ones_are_counted_for_ever()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"], passcode: Right);
        var none = await OpenAsync(path, DrMeyer);
        Assert.Equal((LinkOutcome.WrongPasscode, GivenLink.MostWrongPasscodes), (none.Outcome, none.AttemptsLeft));
        for (var left = GivenLink.MostWrongPasscodes - 1; left >= 1; left--)
        {
            var wrong = await OpenAsync(path, DrMeyer with { Passcode = Right + left });
            Assert.Equal((LinkOutcome.WrongPasscode, left), (wrong.Outcome, wrong.AttemptsLeft));
            Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer with { Passcode = Right }, OtherNode)).Outcome);
        }

        Assert.Equal(0, (await OpenAsync(path, DrMeyer with { Passcode = "" })).AttemptsLeft);
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer with { Passcode = Right })).Outcome);
    }

    [Fact]
    public async Task A_file_is_fetched_once_within_an_hour_and_each_time_stands_in_the_ledger()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"], mostOpenings: 2);
        var opening = await OpenAsync(path, DrMeyer);
        var address = opening.AddressOf!("bundle");

        var fetches = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? Records : OtherNode).Links.FetchAsync(path, address, AnyFile, Cancel))));

        var fetched = Assert.Single(fetches, fetch => fetch.Outcome == LinkOutcome.Opened);
        Assert.Equal("bundle", fetched.File);
        var told = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal(("link file: Dr Meyer, for a check-up", "Dr Meyer, for a check-up"), (told.Note, LinkNote.SaidIn(told.Note)));
        Assert.Equal(1, (await maya.Own.Links.FindAsync(link.Id, Cancel))!.Openings);

        // The other file of it is still there, but not for ever, and what was sealed for one link opens none of another.
        var (_, other) = await GiveAsync(maya, ["Observation"]);
        Assert.Equal(LinkOutcome.NothingHere, (await Records.Links.FetchAsync(other, opening.AddressOf!("other"), AnyFile, Cancel)).Outcome);
        Clock.Advance(GivenLinks.FilesLast);
        Assert.Equal(LinkOutcome.NothingHere, (await Records.Links.FetchAsync(path, opening.AddressOf!("other"), AnyFile, Cancel)).Outcome);
    }

    [Fact]
    public async Task The_files_of_the_last_opening_may_be_fetched()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"], mostOpenings: 1);
        var opening = await OpenAsync(path, DrMeyer);
        Assert.Equal(LinkOutcome.Opened, (await Records.Links.FetchAsync(path, opening.AddressOf!("bundle"), AnyFile, Cancel)).Outcome);
    }

    [Fact]
    public async Task Opened_very_often_within_an_hour_it_wants_to_be_asked_later()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        for (var i = 0; i < GivenLink.MostOpeningsAnHour; i++)
        {
            Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer)).Outcome);
            Clock.Advance(TimeSpan.FromSeconds(10));
        }

        var refused = await OpenAsync(path, DrMeyer);
        Assert.Equal(LinkOutcome.TooOften, refused.Outcome);
        Clock.Advance(refused.RetryAfter);
        Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer)).Outcome);
    }

    /// <summary>Checking a passcode is dear: whoever has it does not make the server do so for ever.</summary>
    [Fact]
    public async Task Opened_very_often_it_looks_at_no_passcode()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"], passcode: Right);
        for (var i = 0; i < GivenLink.MostOpeningsAnHour; i++)
        {
            Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer with { Passcode = Right })).Outcome);
        }

        Assert.Equal(LinkOutcome.TooOften, (await OpenAsync(path, DrMeyer with { Passcode = "wrong" })).Outcome);
        Assert.Equal(0, (await maya.Own.Links.FindAsync(link.Id, Cancel))!.WrongPasscodes);
    }

    [Fact]
    public async Task However_many_knock_at_one_link_others_open()
    {
        var (maya, noor) = (await NewPatientAsync(), await NewPatientAsync());
        await maya.AddAsync(Make.Observation(maya));
        await noor.AddAsync(Make.Observation(noor));
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        var (_, other) = await GiveAsync(noor, ["Observation"]);
        var compartment = (await Records.Cache.GetAsync(maya.Id))!;
        await compartment.OpeningLinks.WaitAsync(Cancel);
        var knocks = Enumerable.Range(0, 40).Select(_ => OpenAsync(path, DrMeyer)).ToList();
        try
        {
            Assert.Equal(LinkOutcome.Opened, (await OpenAsync(other, DrMeyer).WaitAsync(Patience.Limit, Cancel)).Outcome);
        }
        finally
        {
            compartment.OpeningLinks.Release();
            await Task.WhenAll(knocks);
        }
    }

    /// <summary>One keyboard sends a letter with its accent as one sign, another as two.</summary>
    [Fact]
    public async Task A_passcode_is_the_same_on_every_keyboard()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        foreach (var (given, typed) in new[] { ("se\u00f1or \u00e9", "sen\u0303or e\u0301"), ("sen\u0303or e\u0301", "se\u00f1or \u00e9"), ("sen\u0303or", "sen\u0303or"), ("\u0303x\u0489y", "\u0303x\u0489y") })
        {
            var (_, path) = await GiveAsync(maya, ["Observation"], passcode: given);
            Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer with { Passcode = typed })).Outcome);
            Assert.Equal(LinkOutcome.WrongPasscode, (await OpenAsync(path, DrMeyer with { Passcode = "senor e" })).Outcome);
        }
    }

    [Fact]
    public void A_passcode_that_was_kept_as_it_was_typed_still_opens()
    {
        var salt = new byte[16];
        var kept = new HashedPasscode(salt, 1, System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes("sen\u0303or"), salt, 1, System.Security.Cryptography.HashAlgorithmName.SHA512, 32));
        Assert.True(kept.Matches("sen\u0303or"));
        Assert.False(kept.Matches("senor"));
    }

    [Fact]
    public async Task A_link_to_one_file_gives_no_manifest_and_the_other_way_round()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, direct) = await GiveAsync(maya, ["Observation"], isDirect: true);
        var (_, usual) = await GiveAsync(maya, ["Observation"]);
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(direct, DrMeyer)).Outcome);
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(usual, DrMeyer with { IsDirect = true })).Outcome);
        Assert.Equal(LinkOutcome.Opened, (await OpenAsync(direct, DrMeyer with { IsDirect = true })).Outcome);
    }

    [Fact]
    public async Task What_is_sent_back_waits_beside_the_record_and_only_so_much_of_it()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"]);
        var opening = await OpenAsync(path, DrMeyer);
        var size = (await maya.ReadLedgerAsync()).Count;
        var file = new byte[(2 * 1024 * 1024) + 7];
        Random.Shared.NextBytes(file);

        Assert.Equal(LinkReplyOutcome.Waits, await Records.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("Take it easy", new LinkReplyFile("letter.pdf", "paper", file)), Cancel));

        var there = await OpenAsync(maya, OtherNode);
        var waiting = Assert.Single(await there.Own.Links.ReceivedAsync(Cancel));
        Assert.Equal(("Take it easy", "letter.pdf", "paper", file.Length, DrMeyer.Said, link.Id, "For Dr Meyer"), (waiting.Note, waiting.FileName, waiting.FileKind, (int)waiting.FileSize, waiting.Said, waiting.Link, waiting.LinkLabel));
        Assert.Equal(file, await there.Own.Links.ReadFileAsync(waiting, Cancel));
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
        Assert.Equal(["Patient", "Consent", "Observation"], (await maya.Own.QueryAsync(new RecordQuery.Everything(), Cancel)).Entries.Select(entry => entry.ResourceType));
        Assert.True(await maya.Own.Links.RefuseAsync(waiting.Id, Cancel));
        Assert.False(await maya.Own.Links.RefuseAsync(waiting.Id, Cancel));
        Assert.Empty(await Rows.ReadAsync<string>(Test.Database, $"SELECT delivery_id FROM link_delivery_part WHERE patient_id = '{maya.Id}'"));

        // An opening bears so many, a link so many, whoever races.
        var more = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? Records : OtherNode).Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply($"note {i}", null), Cancel))));
        Assert.Equal(GivenLink.MostRepliesOfOpening - 1, more.Count(outcome => outcome == LinkReplyOutcome.Waits));
        Assert.Equal(20 - GivenLink.MostRepliesOfOpening + 1, more.Count(outcome => outcome == LinkReplyOutcome.TooMuch));
        for (var sent = GivenLink.MostRepliesOfOpening; sent < GivenLink.MostReplies; sent++)
        {
            Assert.Equal(LinkReplyOutcome.Waits, await Records.Links.ReceiveAsync(path, (await OpenAsync(path, DrMeyer)).ReplyTo!, new LinkReply("x", null), Cancel));
        }

        var last = await OpenAsync(path, DrMeyer);
        Assert.Equal(LinkReplyOutcome.TooMuch, await Records.Links.ReceiveAsync(path, last.ReplyTo!, new LinkReply("x", null), Cancel));
    }

    /// <summary>Whoever pressed the button twice sent the same letter twice.</summary>
    [Fact]
    public async Task The_same_sent_back_again_while_it_waits_is_one()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        var opening = await OpenAsync(path, DrMeyer);
        var reply = new LinkReply("Take it easy", new LinkReplyFile("letter.pdf", "paper", "%PDF-1.4 letter"u8.ToArray()));
        var sent = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? Records : OtherNode).Links.ReceiveAsync(path, opening.ReplyTo!, reply, Cancel))));
        Assert.All(sent, static outcome => Assert.Equal(LinkReplyOutcome.Waits, outcome));
        Assert.Single(await maya.Own.Links.ReceivedAsync(Cancel));

        // Other words, another file, and the same by another opening are something else.
        foreach (var other in new[] { reply with { Note = "Take it easier" }, reply with { File = reply.File! with { Bytes = "%PDF-1.4 another"u8.ToArray() } } })
        {
            Assert.Equal(LinkReplyOutcome.Waits, await Records.Links.ReceiveAsync(path, opening.ReplyTo!, other, Cancel));
        }

        Assert.Equal(LinkReplyOutcome.Waits, await Records.Links.ReceiveAsync(path, (await OpenAsync(path, DrMeyer)).ReplyTo!, reply, Cancel));
        Assert.Equal(4, (await maya.Own.Links.ReceivedAsync(Cancel)).Count);

        // Also when as much was sent as may be.
        Assert.Equal(LinkReplyOutcome.TooMuch, await Records.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("One more", null), Cancel));
        Assert.Equal(LinkReplyOutcome.Waits, await Records.Links.ReceiveAsync(path, opening.ReplyTo!, reply, Cancel));
    }

    [Fact]
    public async Task What_was_sent_back_is_taken_or_refused_once_however_many_try()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        var there = await OpenAsync(maya, OtherNode);
        var opening = await OpenAsync(path, DrMeyer);
        for (var round = 0; round < 2; round++)
        {
            await Records.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("x", null), Cancel);
            var id = Assert.Single(await maya.Own.Links.ReceivedAsync(Cancel)).Id;
            var takings = 0;
            var done = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            {
                var links = ((i & 1) == 0 ? maya : there).Own.Links;
                return (i & 2) == 0 ? links.RefuseAsync(id, Cancel) : links.TakeAsync(id, () => Task.FromResult(Interlocked.Increment(ref takings) > 0), Cancel);
            })));
            Assert.Single(done, true);
            Assert.InRange(takings, 0, 1);
            Assert.Empty(await maya.Own.Links.ReceivedAsync(Cancel));
        }

        // What could not be taken waits on; what somebody was killed at does so after a while.
        await Records.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("x", null), Cancel);
        var last = Assert.Single(await maya.Own.Links.ReceivedAsync(Cancel)).Id;
        await Assert.ThrowsAsync<IOException>(() => maya.Own.Links.TakeAsync(last, () => throw new IOException(), Cancel));
        Assert.True(await maya.Own.Links.TakeAsync(last, () => Task.FromResult(false), Cancel));
        Assert.True(await maya.Own.Links.TakeAsync(
            last,
            async () =>
            {
                Assert.False(await there.Own.Links.RefuseAsync(last, Cancel));
                Clock.Advance(OwnLinks.TakingLasts + TimeSpan.FromSeconds(1));
                return await there.Own.Links.RefuseAsync(last, Cancel);
            },
            Cancel));
        Assert.Empty(await maya.Own.Links.ReceivedAsync(Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_took_too_long_neither_lets_go_nor_forgets_what_another_takes(bool isTaken)
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        var there = await OpenAsync(maya, OtherNode);
        await Records.Links.ReceiveAsync(path, (await OpenAsync(path, DrMeyer)).ReplyTo!, new LinkReply("x", null), Cancel);
        var id = Assert.Single(await maya.Own.Links.ReceivedAsync(Cancel)).Id;
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var first = maya.Own.Links.TakeAsync(
            id,
            async () =>
            {
                begun.SetResult();
                await end.Task;
                return isTaken;
            },
            Cancel);
        await begun.Task;
        Clock.Advance(OwnLinks.TakingLasts + TimeSpan.FromSeconds(1));
        Assert.True(await there.Own.Links.TakeAsync(
            id,
            async () =>
            {
                end.SetResult();
                await first;
                Assert.Single(await there.Own.Links.ReceivedAsync(Cancel));
                Assert.False(await maya.Own.Links.RefuseAsync(id, Cancel));
                return false;
            },
            Cancel));
        Assert.Single(await maya.Own.Links.ReceivedAsync(Cancel));
    }

    [Fact]
    public async Task Whoever_opened_a_link_says_what_came_of_that_opening_and_of_no_other()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"]);
        var (first, second) = (await OpenAsync(path, DrMeyer), await OpenAsync(path, DrMeyer));
        var (one, other) = (first.Disclosure!.LedgerIndex, second.Disclosure!.LedgerIndex);

        Assert.Equal(OutcomeTold.Told, await Records.Links.TellAsync(path, first.ReplyTo!, OutcomeKind.ReadOnly, null, Cancel));
        Assert.Equal(OutcomeTold.Told, await OtherNode.Links.TellAsync(path, first.ReplyTo!, OutcomeKind.FoundSomething, "an old fracture", Cancel));

        var told = (await maya.ReadLedgerAsync())[0].Details!;
        Assert.Equal((LedgerKind.Outcome, link.Holder, link.HolderName, $"{one} found-something: an old fracture"), (told.Kind, told.Actor, told.ActorName, told.Note));
        var visits = Visit.In((await maya.Own.HistoryAsync(Cancel)).Deeds);
        Assert.Equal([(one, 2), (other, 0)], visits.Select(visit => (visit.First.Index, visit.Said.Count)));
        Assert.Equal(OutcomeKind.FoundSomething, visits[0].SaidLast!.Kind);
        Assert.Equal(OutcomeTold.Told, await maya.Own.TellAsync(new Outcome(one, OutcomeKind.Helped, null), Cancel));
        for (var i = 2; i < Visit.MostAnswers; i++)
        {
            Assert.Equal(OutcomeTold.Told, await Records.Links.TellAsync(path, first.ReplyTo!, OutcomeKind.Other, $"word {i}", Cancel));
        }

        Assert.Equal(OutcomeTold.TooOften, await Records.Links.TellAsync(path, first.ReplyTo!, OutcomeKind.ReadOnly, null, Cancel));
        await maya.VerifyAsync();
    }

    [Fact]
    public async Task Nothing_is_said_of_a_link_that_was_not_opened_or_is_over()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"]);
        var (_, other) = await GiveAsync(maya, ["Observation"]);
        var opening = await OpenAsync(path, DrMeyer);
        foreach (var (to, token) in new[] { (path, "x"), (path, opening.AddressOf!("bundle")), (path, opening.AddressOf!("reply")), (other, opening.ReplyTo!), (new string('A', 43), opening.ReplyTo!) })
        {
            Assert.Equal(OutcomeTold.NothingHere, await Records.Links.TellAsync(to, token, OutcomeKind.ReadOnly, null, Cancel));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => Records.Links.TellAsync(path, opening.ReplyTo!, OutcomeKind.Helped, null, Cancel));
        Clock.Advance(GivenLinks.FilesLast);
        Assert.Equal(OutcomeTold.NothingHere, await Records.Links.TellAsync(path, opening.ReplyTo!, OutcomeKind.ReadOnly, null, Cancel));
        opening = await OpenAsync(path, DrMeyer);
        await maya.RevokeAsync(link.Id, Agreement(maya, link.Id, ["Observation"]));
        Assert.Equal(OutcomeTold.NothingHere, await OtherNode.Links.TellAsync(path, opening.ReplyTo!, OutcomeKind.ReadOnly, null, Cancel));
        Assert.DoesNotContain(await maya.ReadLedgerAsync(), row => row.Details!.Kind is LedgerKind.Outcome);
    }

    [Fact]
    public async Task As_much_waits_in_a_record_as_may_however_many_links_it_comes_by()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var sends = new List<Func<Task<LinkReplyOutcome>>>();
        for (var link = 0; link < 20; link++)
        {
            var (_, path) = await GiveAsync(maya, ["Observation"]);
            var reply = (await OpenAsync(path, DrMeyer)).ReplyTo!;
            for (var sent = 0; sent < GivenLink.MostRepliesOfOpening; sent++)
            {
                var note = $"note {sent}";
                sends.Add(() => Records.Links.ReceiveAsync(path, reply, new LinkReply(note, null), Cancel));
            }
        }

        var outcomes = await Task.WhenAll(sends.Select(send => Task.Run(send)));
        Assert.Equal(50, outcomes.Count(outcome => outcome == LinkReplyOutcome.Waits));
        Assert.Equal(10, outcomes.Count(outcome => outcome == LinkReplyOutcome.TooMuch));
        Assert.Equal(50, (await maya.Own.Links.ReceivedAsync(Cancel)).Count);
    }

    [Fact]
    public async Task Nothing_is_sent_back_by_a_link_that_was_not_opened_or_is_over()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"]);
        var (_, other) = await GiveAsync(maya, ["Observation"]);
        var opening = await OpenAsync(path, DrMeyer);
        foreach (var (to, token) in new[] { (path, "x"), (path, opening.AddressOf!("bundle")), (other, opening.ReplyTo!), (new string('A', 43), opening.ReplyTo!) })
        {
            Assert.Equal(LinkReplyOutcome.NothingHere, await Records.Links.ReceiveAsync(to, token, new LinkReply("x", null), Cancel));
        }

        Assert.Equal(LinkOutcome.NothingHere, (await Records.Links.FetchAsync(path, opening.ReplyTo!, AnyFile, Cancel)).Outcome);
        Clock.Advance(GivenLinks.FilesLast);
        Assert.Equal(LinkReplyOutcome.NothingHere, await Records.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("x", null), Cancel));
        opening = await OpenAsync(path, DrMeyer);
        await maya.RevokeAsync(link.Id, Agreement(maya, link.Id, ["Observation"]));
        Assert.Equal(LinkReplyOutcome.NothingHere, await OtherNode.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("x", null), Cancel));
        Assert.Empty(await maya.Own.Links.ReceivedAsync(Cancel));
    }

    [Fact]
    public async Task It_is_gone_with_the_record()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        var opening = await OpenAsync(path, DrMeyer, OtherNode);
        Assert.Equal(LinkReplyOutcome.Waits, await Records.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("x", new LinkReplyFile("a", "paper", new byte[3])), Cancel));
        await maya.Own.EraseAsync(Cancel);
        Assert.Empty(await Rows.ReadAsync<string>(Test.Database, $"SELECT delivery_id FROM link_delivery WHERE patient_id = '{maya.Id}' UNION ALL SELECT delivery_id FROM link_delivery_part WHERE patient_id = '{maya.Id}'"));
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer)).Outcome);
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer, OtherNode)).Outcome);
        Assert.Empty(await Rows.ReadAsync<string>(Test.Database, $"SELECT link_id FROM health_link WHERE patient_id = '{maya.Id}'"));
    }

    [Fact]
    public async Task A_row_that_was_put_back_or_moved_opens_nothing()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"], mostOpenings: 1);
        var (other, _) = await GiveAsync(maya, ["Observation"]);
        var before = (await Rows.ReadAsync<byte[]>(Test.Database, $"SELECT body FROM health_link WHERE link_id = '{link.Id}'")).Single();
        Assert.Equal(LinkOutcome.Opened, (await OpenAsync(path, DrMeyer)).Outcome);

        await Test.Database.WriteAsync(t => Dapper.SqlMapper.ExecuteAsync(t.Connection!, $"UPDATE health_link SET body = @before WHERE link_id = '{link.Id}'", new { before }, t), Cancel);
        await Assert.ThrowsAsync<RecordUnreadableException>(() => OpenAsync(path, DrMeyer));
        await Test.Database.WriteAsync(
            t => Dapper.SqlMapper.ExecuteAsync(t.Connection!, $"UPDATE health_link SET body = (SELECT body FROM health_link WHERE link_id = '{other.Id}') WHERE link_id = '{link.Id}'", null, t), Cancel);
        await Assert.ThrowsAsync<RecordUnreadableException>(() => OpenAsync(path, DrMeyer));
    }

    [Fact]
    public async Task Nothing_of_it_stands_in_clear()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"], passcode: Right, mostOpenings: 7);
        var opening = await OpenAsync(path, DrMeyer with { Passcode = Right });
        await Records.Links.ReceiveAsync(path, opening.ReplyTo!, new LinkReply("secret note", new LinkReplyFile("secret.pdf", "paper", "secret bytes"u8.ToArray())), Cancel);
        List<dynamic> rows = [];
        foreach (var table in new[] { "health_link", "link_delivery", "link_delivery_part" })
        {
            rows.AddRange(await Rows.ReadAsync<dynamic>(Test.Database, $"SELECT * FROM {table} WHERE patient_id = '{maya.Id}'"));
        }

        Assert.Equal(3, rows.Count);
        var all = Encoding.Latin1.GetString([.. rows.Cast<IDictionary<string, object?>>().SelectMany(row => row.Values).SelectMany(value => value as byte[] ?? Encoding.UTF8.GetBytes($"{value}"))]);
        Assert.Contains(link.Id.ToString(), all, StringComparison.Ordinal);
        foreach (var secret in new[] { path, "https://", "For Dr Meyer", "Whoever", Right, "TREAT", "Meyer", "secret", "paper", Convert.ToBase64String(link.Secret!.Key) })
        {
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        }
    }

    private static RecordsOptions Quick => new() { PasscodeIterations = 1 };

    private static RecordQuery AnyFile(GivenLink link, string file) => new RecordQuery.Everything();

    private Task<LinkOpening> OpenAsync(string path, LinkKnock knock, RecordsModule? node = null) =>
        (node ?? Records).Links.OpenAsync(path, knock, _ => new RecordQuery.Everything(), Cancel);

    /// <summary>Making a card anew does not bring back an agreement that ends at the same moment.</summary>
    [Fact]
    public async Task A_card_that_ends_while_it_is_made_anew_stays_ended()
    {
        const int rounds = 40;
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var there = await OpenAsync(maya, OtherNode);
        var card = new EmergencyCard { MadeAt = Clock.GetUtcNow(), Lines = [], Offered = [] };
        for (var round = 0; round < rounds; round++)
        {
            var link = (await maya.Own.Links.GiveAsync(
                new LinkWish { Label = "Card", HolderName = "Whoever has it", Purpose = "ETREAT", Language = "en", Card = card },
                id => TestPatient.Parse(Agreement(maya, id, ["Observation"])),
                path => "https://rapport.example/shl/" + path,
                Cancel))!;
            var agreement = Agreement(maya, link.Id, ["Observation"]);
            var renewing = Task.Run(() => maya.Own.Links.RenewCardAsync(link.Id, card, TestPatient.Parse(agreement), Cancel), Cancel);
            var ending = Task.Run(() => there.RevokeAsync(link.Id, agreement), Cancel);
            await Task.WhenAll(renewing, ending);
            Assert.Equal("inactive", (await maya.Own.ConsentsAsync(Cancel)).Single(consent => consent.Entry.Id == link.FullId).Consent.Status);
            Assert.False((await maya.Own.Links.FindAsync(link.Id, Cancel))!.IsOpen(Clock.GetUtcNow()));
        }
    }

    /// <summary>Ending a link that is opened at the same moment leaves nothing of what opened it, and none of who opened it.</summary>
    [Fact]
    public async Task What_opens_a_link_is_forgotten_although_somebody_opens_it_while_it_ends()
    {
        const int rounds = 40;
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var there = await OpenAsync(maya, OtherNode);
        var compartment = (await Records.Cache.GetAsync(maya.Id))!;
        for (var round = 0; round < rounds; round++)
        {
            var (link, path) = await GiveAsync(maya, ["Observation"]);
            var openings = Enumerable.Range(0, 4).Select(i => Task.Run(() => OpenAsync(path, DrMeyer, i % 2 == 0 ? Records : OtherNode), Cancel)).ToList();
            await Task.WhenAll(Task.Run(() => there.RevokeAsync(link.Id, Agreement(maya, link.Id, ["Observation"])), Cancel), Task.WhenAll(openings));
            var row = (await new LinkTable(Test.Database).ReadAsync(maya.Id.ToString(), link.Id.ToString(), Cancel))!;
            var state = LinkState.Open(compartment.Id, compartment.Sealer, row);
            Assert.Null(row.PathHash);
            Assert.Null(state.Secret);
            Assert.Empty(state.Tickets);
        }
    }

    /// <summary>What is stored of a link was changed by somebody without the key: ending it ends it all the same.</summary>
    [Fact]
    public async Task A_link_that_does_not_open_any_more_ends_all_the_same()
    {
        var maya = await NewPatientAsync();
        await maya.AddAsync(Make.Observation(maya));
        var (link, path) = await GiveAsync(maya, ["Observation"]);
        await Rows.ChangeAsync(Test.Database, "UPDATE health_link SET version = version + 1 WHERE link_id = @link", new { link = link.Id.ToString() });
        await maya.RevokeAsync(link.Id, Agreement(maya, link.Id, ["Observation"]));
        Assert.Equal(LinkOutcome.NothingHere, (await OpenAsync(path, DrMeyer)).Outcome);
        Assert.Null((await new LinkTable(Test.Database).ReadAsync(maya.Id.ToString(), link.Id.ToString(), Cancel))!.PathHash);
    }

    /// <summary>Of what is too large to go along, the ledger does not say that it went.</summary>
    [Fact]
    public async Task What_does_not_fit_is_not_given_and_the_ledger_tells_of_what_is()
    {
        var maya = await NewPatientAsync();
        var (paper, photo, result) = (LocalId.New(), LocalId.New(), LocalId.New());
        await maya.Own.GatherAsync(
            new SourceDescription("file", "papers"),
            view => new GatheringPlan([TestPatient.Draft(view, paper, 1, Binary(maya)) with { Parts = [Text(60_000), Text(60_000)] }, TestPatient.Draft(view, photo, 1, Binary(maya)) with { Parts = [Text(30_000)] }, TestPatient.Draft(view, result, 1, Make.Observation(maya))]),
            Cancel);
        var (_, path) = await GiveAsync(maya, ["Observation", "Binary"]);
        var opening = await Records.Links.OpenAsync(path, DrMeyer, _ => new RecordQuery.Everything { Within = new AnswerBounds(100_000) }, Cancel);
        Assert.Equal(new HashSet<string> { maya.IdOf(result), maya.IdOf(photo) }, Ids(opening.Disclosure).ToHashSet());
        Assert.Equal((2, 3), (opening.Disclosure!.MatchCount, opening.Disclosure.Total));
        Assert.Equal(2, (await maya.ReadLedgerAsync())[0].Details!.EntryCount);

        // A single one that does not fit is not there.
        var size = (await maya.ReadLedgerAsync()).Count;
        Assert.Equal(LinkOutcome.NothingHere, (await Records.Links.OpenAsync(path, DrMeyer, _ => new RecordQuery.ById("Binary", paper) { Within = new AnswerBounds(100_000) }, Cancel)).Outcome);
        Assert.Equal(size, (await maya.ReadLedgerAsync()).Count);
        Assert.Equal(LinkOutcome.Opened, (await Records.Links.OpenAsync(path, DrMeyer, _ => new RecordQuery.ById("Binary", paper) { Within = new AnswerBounds(200_000) }, Cancel)).Outcome);
        await maya.VerifyAsync();
    }

    /// <summary>Whoever opens a link to one large paper is told that something does not fit, and not that there is no link.</summary>
    [Fact]
    public async Task A_link_to_a_single_entry_that_does_not_fit_opens_and_gives_nothing()
    {
        var maya = await NewPatientAsync();
        var paper = LocalId.New();
        await maya.Own.GatherAsync(new SourceDescription("file", "scan"), view => new GatheringPlan([TestPatient.Draft(view, paper, 1, Binary(maya)) with { Parts = [Text(60_000)] }]), Cancel);
        var (_, path) = await GiveAsync(maya, ["Binary"]);
        var opening = await Records.Links.OpenAsync(path, DrMeyer, _ => new RecordQuery.Everything { Within = new AnswerBounds(10_000) }, Cancel);
        Assert.Equal(LinkOutcome.Opened, opening.Outcome);
        Assert.Equal((0, 1), (opening.Disclosure!.MatchCount, opening.Disclosure.Total));
        Assert.Equal(0, (await maya.ReadLedgerAsync())[0].Details!.EntryCount);
        await maya.VerifyAsync();
    }

    /// <summary>The points of a series were packed once to see how much they are, and once more to give them, at each opening.</summary>
    [Fact]
    public async Task How_much_a_series_is_is_worked_out_once()
    {
        var maya = await NewPatientAsync();
        var pulse = LocalId.New();
        var points = Enumerable.Range(0, 1000).Select(static i => new SeriesPoint(1_750_000_000_000 + (i * 60_000L), 0, 60 + (i % 7), 120)).ToArray();
        await maya.Own.GatherAsync(new SourceDescription("file", "watch"), view => new GatheringPlan([TestPatient.Draft(view, pulse, 1, Make.Observation(maya)) with { Parts = SeriesParts.Write(points) }]), Cancel);
        var (_, path) = await GiveAsync(maya, ["Observation"]);
        foreach (var (bytes, given) in new[] { (1_000, 0), (100_000, 1) })
        {
            Assert.Equal(given, (await OpenAsync(bytes)).Disclosure!.MatchCount);
        }

        // The points are not looked at again for that: as if they were not there.
        await Rows.ChangeAsync(Test.Database, $"DELETE FROM entry_part WHERE patient_id = '{maya.Id}' AND number > 0");
        Assert.Equal(1, (await OpenAsync(100_000)).Disclosure!.MatchCount);
        Assert.Equal(0, (await OpenAsync(1_000)).Disclosure!.MatchCount);

        Task<LinkOpening> OpenAsync(int bytes) => Records.Links.OpenAsync(path, DrMeyer, _ => new RecordQuery.Everything { Within = new AnswerBounds(bytes) }, Cancel);
    }

    /// <summary>Words that can be judged: what cannot stays home.</summary>
    private static ReadOnlyMemory<byte> Text(int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("she was well and had no pain when she came to us today ", 1 + (length / 40)))[..length]);

    private static JsonObject Binary(TestPatient patient) => new() { ["resourceType"] = "Binary", ["contentType"] = "text/plain", ["securityContext"] = Make.Reference(patient.Reference) };

    private static async Task<(GivenLink Link, string Path)> GiveAsync(
        TestPatient patient, string[] types, string? passcode = null, int? mostOpenings = null, DateTimeOffset? ends = null, bool isDirect = false)
    {
        var link = await patient.Own.Links.GiveAsync(
            new LinkWish
            {
                Label = "For Dr Meyer",
                HolderName = "Whoever has the link ‘For Dr Meyer’",
                Purpose = "TREAT",
                Language = "en",
                Passcode = passcode,
                MostOpenings = mostOpenings,
                ExpiresAt = ends,
                IsDirect = isDirect,
            },
            id => TestPatient.Parse(Agreement(patient, id, types)),
            path => "https://rapport.example/shl/" + path,
            Cancel);
        Assert.NotNull(link);
        return (link, link.Secret!.Url["https://rapport.example/shl/".Length..]);
    }

    private static JsonObject Agreement(TestPatient patient, LocalId link, string[] types) =>
        Make.Consent(patient, Make.Provision("permit", GivenLink.HolderOf(patient.Id, link), types));
}

public sealed class LinksOnSqlite(SqliteTestDatabase test) : LinksContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class LinksOnPostgres(PostgresTestDatabase test) : LinksContract(test), IClassFixture<PostgresTestDatabase>;
