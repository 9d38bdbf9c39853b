using System.Net;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Acting;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks.Talks;

/// <summary>People of one world, and what they do in conversations by a plan.</summary>
internal sealed class TalkSide(TalkPlan plan, Side side, NoticeEar ear, bool isHere)
{
    private readonly Dictionary<string, Person> _people = [];

    public Side Side => side;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private RunningServer Server => side.Server;

    private ConversationDesk Desk => Server.Modules.Conversations;

    /// <summary>A world in which all of it has happened but what happens while somebody listens.</summary>
    public static async Task<TalkSide> BuildAsync(TalkPlan plan, RunningServer server, NoticeEar ear, bool isHere)
    {
        var made = new TalkSide(plan, new Side(server), ear, isHere);
        await made.AddPeopleAsync();
        foreach (var deed in plan.Deeds)
        {
            await made.DoAsync(deed);
        }

        // What is here alone has a name in the other world too, of something that nobody has.
        foreach (var name in new[] { TalkPlan.Open, TalkPlan.Other, TalkPlan.Another })
        {
            if (!made.Side.Knows(name))
            {
                made.Side.Name(name, ConversationId.New().ToString());
            }
            else if (name != TalkPlan.Open)
            {
                made.Side.Secrets.Add(made.Side.Text(name));
            }
        }

        foreach (var name in new[] { TalkPlan.Open, TalkPlan.Other, TalkPlan.Another })
        {
            NameUnlessKnown($"answer-{name}", $"{PatientId.New()}.{LocalId.New()}");
            NameUnlessKnown($"waiting-{name}", LocalId.New().ToString());
        }

        made.Side.Secrets.UnionWith(isHere ? plan.SecretsHere : plan.SecretsThere);
        return made;

        void NameUnlessKnown(string name, string text)
        {
            if (!made.Side.Knows(name))
            {
                made.Side.Name(name, text);
            }
        }
    }

    /// <summary>Where lines stand that are in the other world alone: they are asked for by the same number.</summary>
    public void NameLinesOf(TalkSide other)
    {
        foreach (var name in new[] { TalkPlan.Open, TalkPlan.Other, TalkPlan.Another })
        {
            foreach (var line in new[] { $"asked-{name}", $"file-{name}" })
            {
                side.Name(line, other.Side.Knows(line) ? other.Side.Text(line) : side.Knows(line) ? side.Text(line) : "3");
            }
        }
    }

    /// <summary>The people of this world.</summary>
    public IReadOnlyCollection<Person> People => _people.Values;

    /// <summary>What somebody is called where names must be those of one case alone: to sign in, at the push service, in mail addresses.</summary>
    public string NameOf(string who) => $"{who}-{plan.Seed:x8}";

    /// <summary>Does one thing, a minute after what was before; nothing but the minute passes where it does not happen here.</summary>
    public async Task DoAsync(Deed deed)
    {
        await ear.PassAMinuteAsync();
        if ((isHere ? deed.Text.Here : deed.Text.There) is not { } text)
        {
            return;
        }

        switch (deed.What)
        {
            case DeedKind.Begin:
                await BeginAsync(deed, text);
                return;
            case DeedKind.Act:
                await ActAsync(deed.With[0]);
                return;
            case DeedKind.Block:
                await Server.Modules.People.Blocks.AddAsync(_people[deed.Who], _people[deed.With[0]], Cancel);
                return;
            case DeedKind.TurnOn:
                await ear.TurnOnAsync(_people[deed.Who], NameOf(deed.Who), plan.Seed % 2 == 0);
                return;
            case DeedKind.Bring:
                await BringAsync("brought", "Observation", text);
                return;
            case DeedKind.AskForAccess:
                await Server.Modules.People.Requests.AskAsync(_people[deed.Who], NameOf(TalkPlan.Patient), new RequestTerms("treat", ["conditions"], 3, "hello"), Cancel);
                return;
            case DeedKind.LeaveTeam:
                Assert.True(CareTeamId.TryParse(side.Text(TalkPlan.Team).AsSpan("CareTeam/".Length), out var team) && await Server.Modules.People.CareTeams.SetMemberAsync(team, _people[deed.Who].Id, isMember: false, Cancel));
                await RefreshAsync(deed.Who);
                return;
        }

        var talker = await TalkerAsync(deed.Who);
        var view = (await Desk.FindAsync(talker, ConversationId.Parse(side.Text(deed.Where)), Cancel))!;
        switch (deed.What)
        {
            case DeedKind.Say:
                Assert.Equal(SaidStatus.Said, (await Desk.SayAsync(talker, view, new NewMessage(text, LocalId.New().ToString(), []), null, Cancel)).Status);
                break;
            case DeedKind.SayAttached:
                Assert.Equal(SaidStatus.Said, (await Desk.SayAsync(talker, view, new NewMessage(text, LocalId.New().ToString(), [side.Text("attached")]), (await OwnAsync()).Attached, Cancel)).Status);
                break;
            case DeedKind.SayFile:
                var file = await FileAsync(talker, view, text);
                Assert.Equal(SaidStatus.Said, (await Desk.SayAsync(talker, view, new NewMessage("a file", LocalId.New().ToString(), []) { Files = [new SentFile(file, text)] }, null, Cancel)).Status);
                side.Name($"file-{deed.Where}", $"{(await Desk.FindAsync(talker, view.Id, Cancel))!.State.Size}");
                side.Name($"waiting-{deed.Where}", (await FileAsync(talker, view, text)).ToString());
                break;
            case DeedKind.Ask:
                var form = new CheckInForm(text, [new("q", text, QuestionKind.Words), new("n", "How much?", QuestionKind.Number)]) { Address = "urn:x-test:asked" };
                var today = DateOnly.FromDateTime(Server.Clock.GetUtcNow().UtcDateTime);
                var asked = await Desk.CheckIns.AskAsync(talker, view, CheckInQuestionnaire.Write(form), CheckInTimes.Once(today, TimeZoneInfo.Utc), LocalId.New().ToString(), Cancel);
                Assert.Equal(AskedStatus.Asked, asked.Status);
                side.Name($"asked-{deed.Where}", $"{asked.Seq}");
                break;
            case DeedKind.Answer:
                await AnswerAsync(talker, view, long.Parse(side.Text($"asked-{deed.Where}"), null), text, deed.Where);
                break;
            case DeedKind.Correct:
                Assert.True(await Desk.CorrectAsync(talker, view, deed.Line, text, Cancel));
                break;
            case DeedKind.Add:
                Assert.True(await Desk.AddMemberAsync(talker, view, MemberOf(deed.With[0]), Cancel));
                break;
            case DeedKind.Remove:
                Assert.True(await Desk.RemoveMemberAsync(talker, view, (await OwnAsync()).Attached, MemberOf(deed.With[0]).Reference, Cancel));
                break;
            case DeedKind.Leave:
                Assert.True(await Desk.LeaveAsync(talker, view, ActorOf(_people[deed.Who]), Cancel));
                break;
            case DeedKind.Read:
                await Desk.MarkReadAsync(talker, view, view.State.Size, Cancel);
                break;
            case DeedKind.Clear:
                await Desk.ClearAsync(talker, view, Cancel);
                break;
            case DeedKind.Close:
                Assert.True(await Desk.CloseAsync(talker, view, text, Cancel));
                break;
            case DeedKind.Revoke:
                await RevokeAsync();
                break;
            default:
                throw new InvalidOperationException($"{deed.What} is not done");
        }
    }

    private async Task<LocalId> FileAsync(Talker talker, TalkView view, string text)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"about {text}"));
        return (await Desk.Files.TakeAsync(talker, view, content, $"{text}.txt", LocalId.New().ToString(), Cancel)).File!.Id;
    }

    /// <summary>What is answered differs in how much it is, too.</summary>
    private async Task AnswerAsync(Talker talker, TalkView view, long line, string text, string where)
    {
        var checkIn = (await Desk.CheckIns.FindAsync(view, line, Cancel))!;
        var (answers, _) = CheckInAnswers.Read(checkIn.Form, id => id == "q" ? text : isHere ? "7" : null);
        var by = new Answering(await OwnAsync(), ActorOf(_people[TalkPlan.Patient]), "Answers");
        Assert.Equal(AnsweredStatus.Answered, await Desk.CheckIns.AnswerAsync(talker, view, checkIn, answers, by, LocalId.New().ToString(), Cancel));
        var entry = (await Desk.CheckIns.FindAsync((await Desk.FindAsync(talker, view.Id, Cancel))!, line, Cancel))!.Answers[^1].Entry.Split('/')[1];
        side.Name($"answer-{where}", entry);
        side.Secrets.Add(entry);
    }

    /// <summary>Whoever it is, as they are now in conversations.</summary>
    private Task<Talker> TalkerAsync(string who) => Talker.OfAsync(_people[who == TalkPlan.Alone ? TalkPlan.Patient : who], ActorOf(_people[who == TalkPlan.Alone ? TalkPlan.Patient : who]), Server.Modules.Records, Cancel);

    private async Task BeginAsync(Deed deed, string subject)
    {
        var ada = _people[TalkPlan.Patient];
        List<Member> members = [new(deed.Who == TalkPlan.Alone ? Talker.PrivateReferenceOf(ada) : $"Patient/{ada.Record}", ada.DisplayName, "patient"), .. deed.With.Select(MemberOf)];
        var begun = await Desk.BeginAsync(await TalkerAsync(deed.Who), new NewConversation(ada.Record!.Value, subject, deed.Topic, members), Cancel);
        side.Name(deed.Where, begun!.View!.Id.ToString());
    }

    private Member MemberOf(string who) => who == TalkPlan.Team ? new(side.Text(TalkPlan.Team), "Heart team", "Hill Clinic")
        : new(Talker.ReferenceOf(_people[who], _people[TalkPlan.Patient].Record!.Value), _people[who].DisplayName, _people[who].IsProfessional ? "health professional" : "friend");

    private async Task ActAsync(string who)
    {
        var own = await OwnAsync();
        var limits = new SharingTerms { Recipient = _people[who].Reference, RecipientName = _people[who].DisplayName, Purpose = PurposeOfUse.ActingForPatient };
        var terms = plan.Watching == Watching.Parent
            ? new ActingTerms(limits with { Labels = [SecurityLabels.Restricted, SecurityLabels.VeryRestricted] }, [ConsentAction.Access, ConsentAction.Converse], Delegation.Parent)
            {
                Born = DateOnly.FromDateTime(Server.Clock.GetUtcNow().UtcDateTime).AddYears(-14),
            }
            : new ActingTerms(limits with { Types = plan.Types }, [ConsentAction.Access, ConsentAction.Converse], Delegation.Delegatee);
        Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Ada", Server.Clock.GetUtcNow()), null, Cancel)).Status);
    }

    /// <summary>By the end of the agreement or of the conversation, as the plan's number says.</summary>
    private async Task RevokeAsync()
    {
        var own = await OwnAsync();
        if (plan.Seed % 2 == 0)
        {
            await Server.Modules.Records.Attachments.EndAsync(own.Attached, side.Text(TalkPlan.Open), null, Cancel);
            return;
        }

        foreach (var consent in await own.ConsentsAsync(static consent => consent is { Counts: true, Attached: not null }, Cancel))
        {
            await own.PutConsentAsync(LocalId.Parse(consent.Entry.Id.AsSpan(PatientId.TextLength + 1)), ConsentJson.Ended(consent.Resource), null, Cancel);
        }
    }

    private async Task AddPeopleAsync()
    {
        foreach (var (who, name, isProfessional, hasRecord) in new[]
        {
            (TalkPlan.Patient, "Ada Sample", false, true), (TalkPlan.Doctor, "Dr Lee", true, false), (TalkPlan.Nurse, "Kim", true, false), (TalkPlan.Friend, "Sam", false, false),
            (TalkPlan.Hidden, isHere ? plan.HiddenName.Here : plan.HiddenName.There, false, false), (TalkPlan.Watcher, "Wes", plan.IsWatcherProfessional, plan.Watching == Watching.Blocked), ("mal", "Mallory", false, true),
        })
        {
            // Whom somebody is blocked by looks to them like a name that nobody has.
            var signInName = who == TalkPlan.Patient && plan.Watching == Watching.Blocked && !isHere ? $"eda-{plan.Seed:x8}" : $"{who}-{plan.Seed:x8}";
            var accounts = Server.Modules.People.Accounts;
            var person = (await accounts.AddAsync(new NewPerson { SignInName = signInName, DisplayName = name, IsProfessional = isProfessional, Role = isProfessional ? "physician" : null }, Cancel)).Value!;
            if (hasRecord)
            {
                person = (await accounts.SetRecordAsync(person.Id, await Server.Modules.Records.Compartments.CreateAsync(ActorOf(person), Cancel), Cancel)).Value!;
                side.Name($"{who}-record", person.Record!.Value.ToString());
            }

            _people[who] = person;
            side.Name(who, person.Id.ToString());
        }

        side.Name("adaname", $"ada-{plan.Seed:x8}");
        var (people, ada) = (Server.Modules.People, _people[TalkPlan.Patient]);
        await people.Circle.AddAsync(ada.Record!.Value, _people[TalkPlan.Friend].Id, "friend", Cancel);
        var clinic = (await people.Directory.AddOrganisationAsync($"Hill Clinic {plan.Seed:x8}", Cancel)).Value!;
        var team = (await people.CareTeams.AddAsync(clinic.Id, "Heart team", Cancel)).Value!;
        side.Name("clinic", clinic.Id.ToString());
        side.Name(TalkPlan.Team, team.Reference);
        side.Name("team-id", team.Id.ToString());
        foreach (var who in (string[])[TalkPlan.Doctor, TalkPlan.Nurse, .. plan.Watching == Watching.LeftTeam ? [TalkPlan.Watcher] : Array.Empty<string>()])
        {
            await people.Directory.AddMemberAsync(clinic.Id, _people[who].Id, "physician", null, Cancel);
            Assert.True(await people.CareTeams.SetMemberAsync(team.Id, _people[who].Id, true, Cancel));
            await RefreshAsync(who);
        }

        // What the team does not answer in time is told, to whom it concerns.
        var week = Enum.GetValues<DayOfWeek>().Select(static day => new OpenTime(day, 0, 1440)).ToList();
        await Server.Modules.Conversations.Promises.SetAsync(
            team.Id, new TeamPromise { Hours = new TeamHours(TimeZoneInfo.Utc, week, []), Usual = new AnswerTime(2, AnswerUnit.OpenHours), ToldOfOverdue = _people[TalkPlan.Nurse].Id }, 0, Cancel);
        await side.AddCallerAsync("ada", ada, TokenScopes.All);
        await side.AddCallerAsync("wes-token", _people[TalkPlan.Watcher], TokenScopes.All);
        await side.AddCallerAsync("mal-token", _people["mal"], TokenScopes.All);
        await side.AddCallerAsync("narrow-token", _people[TalkPlan.Watcher], TokenScopes.All & ~TokenScopes.Converse);
        await side.AddVisitorAsync("wes-page", _people[TalkPlan.Watcher]);
        await side.AddVisitorAsync("wes-page-es", _people[TalkPlan.Watcher], "es");
        await side.AddVisitorAsync("mal-page", _people["mal"]);
        side["nobody"] = Server.Client();
        foreach (var who in new[] { "wes-page", "wes-page-es", "mal-page" })
        {
            // Another one in each session.
            side.Name($"{who}-kept", (string)(await side[who].ReadAsync("/account/offline/key")).Json["key"]!);
        }

        side.Name("push-key", (await side["mal-page"].ReadAsync("/account/notices")).Body.Split("data-push=\"")[1].Split('"')[0]);
        side.Name("push-service", ear.Address);
        side.Name("brought", $"Observation/{PatientId.New()}.{LocalId.New()}");
        foreach (var who in new[] { TalkPlan.Patient, TalkPlan.Doctor, "mal" })
        {
            await ear.TurnOnAsync(_people[who], NameOf(who), plan.Seed % 2 == 0);
        }

        if (plan.Watching == Watching.Revoked)
        {
            // What is attached is of one kind here, of another there.
            await BringAsync("attached", isHere ? "Observation" : "Condition", (isHere ? plan.SecretsHere : plan.SecretsThere).FirstOrDefault("plain"));
        }
    }

    private async Task BringAsync(string name, string type, string mark)
    {
        var status = type == "Observation" ? "\"status\":\"final\"," : "";
        var taken = await side["ada"].PostAsync("/fhir", $$$"""{"resourceType":"{{{type}}}","id":"{{{name}}}",{{{status}}}"code":{"text":"{{{mark}}}"},"subject":{"reference":"Patient/{{{side.Text("ada-record")}}}"}}""");
        Assert.True(taken.Status == HttpStatusCode.OK, taken.Body);
        var parts = ((string)taken.Entries[0]["response"]!["location"]!).Split('/');
        side.Name(name, $"{parts[^4]}/{parts[^3]}");
        side.Secrets.Add(parts[^3]);
    }

    private async Task RefreshAsync(string who) => _people[who] = (await Server.Modules.People.Accounts.FindAsync(_people[who].Id, Cancel))!;

    private async Task<OwnAccess> OwnAsync() => (await Server.Modules.Records.Compartments.OpenOwnAsync(_people[TalkPlan.Patient].Record!.Value, ActorOf(_people[TalkPlan.Patient]), Cancel))!;

    private static Actor ActorOf(Person person) => new(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);
}
