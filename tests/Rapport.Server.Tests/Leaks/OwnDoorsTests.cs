using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Consent;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Jobs;
using Rapport.Server.LinksGiven;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Jobs;
using Rapport.Server.Tests.LinksGiven;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Leaks;

/// <summary>
/// The general probe: at each door to one's own things somebody else knocks with what is somebody's, and with what nobody has, and gets the same. Whoever it is knocks once and is thrown away: some doors close accounts.
/// </summary>
public sealed partial class OwnDoorsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Mark = "zqownersmark77";

    /// <summary>Who is asked to look after a child.</summary>
    private const string Carer = "carer-page";

    private int _count;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsSomebodysLooksToOthersLikeWhatNobodyHas()
    {
        var owner = await MakeOwnerAsync();
        List<string> findings = [];
        var knocks = 0;
        List<string> opened = [];
        foreach (var door in DoorList.Read().Where(static door => door.IsClosedToOthers))
        {
            foreach (var who in (string[])["patient", "professional", "nobody", .. IsForPrograms(door) ? (string[])["narrow"] : []])
            {
                using var theirs = await MakeSideAsync(owner, who);
                using var nobodys = await MakeSideAsync(null, who);
                var (one, other) = (await KnockAsync(theirs, door, who), await KnockAsync(nobodys, door, who));
                knocks++;
                var (told, known) = (theirs.Normalise(one.ToString()), nobodys.Normalise(other.ToString()));
                if (one.Status != other.Status || (NamesSomething(door) && told != known))
                {
                    var at = told.AsSpan().CommonPrefixLength(known);
                    findings.Add($"{door.Key} as {who}: {(int)one.Status} and {(int)other.Status}, differing at\n  …{told[Math.Max(0, at - 200)..Math.Min(told.Length, at + 200)]}\n  …{known[Math.Max(0, at - 200)..Math.Min(known.Length, at + 200)]}");
                }

                if (one.ToString().Contains(Mark, StringComparison.OrdinalIgnoreCase) || (int)one.Status >= 500)
                {
                    findings.Add($"{door.Key} as {who} tells of the owner, or fails: {one}");
                }
            }

            if (await OpensAsync(owner, door))
            {
                opened.Add(door.Key);
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{knocks} knocks at one's own doors; {opened.Count} open to their owner and to nobody else");
        Assert.True(findings.Count == 0, string.Join("\n\n", findings));

        // The ids that were knocked with are good: their owner gets something else by them.
        Assert.InRange(opened.Count, 15, 100);
        Assert.Empty(DoorList.Read().Where(static door => WhoOpens(door) is not "owner" && (door.Method == "GET" || WhoOpens(door) == Carer)).Select(static door => door.Key).Except(opened));
    }

    /// <summary>Whether whose it is gets something by an address that another address does not give: the probe proves something there.</summary>
    private static async Task<bool> OpensAsync(Side owner, Door door)
    {
        if (!NamesSomething(door))
        {
            return false;
        }

        if (door.Method == "GET")
        {
            return (await owner[WhoOpens(door)].ReadAsync(owner.Fill(PathOf(door)))).Status == HttpStatusCode.OK;
        }

        // What an owner sends changes what the doors after it give; an answer to what one is asked is given once.
        return WhoOpens(door) == Carer && (await KnockAsync(owner, door, Carer)).Status == HttpStatusCode.SeeOther;
    }

    /// <summary>Whose it is: what a team keeps is whoever's who is in it, and what somebody is asked by name is theirs alone.</summary>
    private static string WhoOpens(Door door) =>
        door.Path.Contains("/{team}", StringComparison.Ordinal) ? "doctor-page" : door.Path.StartsWith(CarePlaces.Asked, StringComparison.Ordinal) ? Carer : "owner";

    /// <summary>Whether an id goes to the door. One that takes none gives whoever knocks their own things, which differ.</summary>
    private static bool NamesSomething(Door door) => door.Fields.Any(static field => field.Value.Contains('<', StringComparison.Ordinal)) || door.Body?.Contains('<', StringComparison.Ordinal) == true;

    private static bool IsForPrograms(Door door) => door.Path.StartsWith("/fhir", StringComparison.Ordinal) || door.Path.StartsWith("/api", StringComparison.Ordinal) || door.Path.StartsWith("/cds-services", StringComparison.Ordinal);

    private static async Task<Answer> KnockAsync(Side side, Door door, string who)
    {
        var path = PathOf(door);
        if (door.Method == "GET" || IsForPrograms(door) || who == "nobody")
        {
            return await side.KnockAsync(new Knock("own", IsForPrograms(door) ? who + "-token" : who, path) { Method = new HttpMethod(door.Method), Body = door.Body, ContentType = door.Path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/json" });
        }

        return await side.SendFormAsync(who, "/account", path, door.Fields.Where(field => !InPath(door, field.Name)));
    }

    private static string PathOf(Door door)
    {
        var fields = door.Fields.ToDictionary(static field => field.Name, static field => field.Value);
        var path = Parameter().Replace(door.Path, match => fields[match.Groups["name"].Value]);
        var rest = door.Method == "GET" ? door.Fields.Where(field => !InPath(door, field.Name)).Select(static field => $"{field.Name}={field.Value}").ToList() : [];
        return rest.Count == 0 ? path : $"{path}?{string.Join('&', rest)}";
    }

    private static bool InPath(Door door, string name) => Parameter().Matches(door.Path).Any(match => match.Groups["name"].Value == name);

    /// <summary>Somebody who knocks: with the owner's ids, or where there is no owner with ids that nobody has.</summary>
    private async Task<Side> MakeSideAsync(Side? owner, string who)
    {
        var side = new Side(server);
        foreach (var (name, make) in Unknown)
        {
            side.Name(name, owner?.Text(name) ?? make());
        }

        if (who == "nobody")
        {
            side[who] = server.Client();
            side[who + "-token"] = server.Client();
            return side;
        }

        var person = await AddAsync("Mallory", isProfessional: who == "professional", hasRecord: who != "professional");
        side.Name("self", person.Id.ToString());
        if (person.Record is { } record)
        {
            side.Name("selfrecord", record.ToString());
        }

        side.Name("selfname", person.SignInName);
        await side.AddVisitorAsync(who, person);
        await side.AddCallerAsync(who + "-token", person, who == "narrow" ? TokenScopes.ReadShared : TokenScopes.All);
        return side;
    }

    /// <summary>Everything that a door asks for by an id, and how to make one that nobody has.</summary>
    private static IReadOnlyList<(string Name, Func<string> Make)> Unknown { get; } =
    [
        ("patient", static () => PatientId.New().ToString()),
        ("entry", static () => $"{PatientId.New()}.{LocalId.New()}"),
        ("consent", static () => $"{PatientId.New()}.{LocalId.New()}"),
        ("link", static () => $"{PatientId.New()}.{LocalId.New()}"),
        ("job", static () => LocalId.New().ToString()),
        ("device", static () => LocalId.New().ToString()),
        ("delivery", static () => LocalId.New().ToString()),
        ("card", static () => LocalId.New().ToString()),
        ("opening", static () => LocalId.New().ToString()),
        ("request", static () => LocalId.New().ToString()),
        ("session", static () => LocalId.New().ToString()),
        ("token", static () => LocalId.New().ToString()),
        ("organisation", static () => PatientId.New().ToString()),
        ("team", static () => LocalId.New().ToString()),
        ("question", static () => LocalId.New().ToString()),
        ("invitation", static () => LocalId.New().ToString()),
        ("circle-invitation", static () => LocalId.New().ToString()),
        ("care-invitation", static () => LocalId.New().ToString()),
        ("care-refused", static () => LocalId.New().ToString()),
        ("asker", static () => PatientId.New().ToString()),
        ("conversation", static () => ConversationId.New().ToString()),
        ("visit", static () => LocalId.New().ToString()),
        ("shape", static () => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16))),
    ];

    /// <summary>A patient who has one of each thing that a door gives.</summary>
    private async Task<Side> MakeOwnerAsync()
    {
        var side = new Side(server);
        var (modules, ada, doctor) = (server.Modules, await AddAsync("Ada " + Mark, isProfessional: false, hasRecord: true), await AddAsync("Dr Lee", isProfessional: true, hasRecord: false));
        var clinic = (await modules.People.Directory.AddOrganisationAsync("Hill Clinic " + Mark, Cancel)).Value!;
        doctor = (await modules.People.Directory.VouchAsync(clinic.Id, doctor.Id, new Vouching { Role = "surgeon", Until = server.Clock.GetUtcNow().AddDays(300), VerifiedBy = "Olga" }, Cancel)).Value!;
        await side.AddCallerAsync("api", ada, TokenScopes.All);
        await side.AddVisitorAsync("ada", ada);
        await side.AddVisitorAsync("doctor-page", doctor);
        side["owner"] = server.Client();
        side["owner"].DefaultRequestHeaders.Add("Cookie", "rapport=" + await modules.People.Sessions.StartAsync(ada.Id, "test", SignInMethod.Password, Cancel));
        side.Name("patient", ada.Record!.Value.ToString());
        side.Name("asker", doctor.Id.ToString());
        side.Name("organisation", clinic.Id.ToString());
        var team = (await modules.People.CareTeams.AddAsync(clinic.Id, "Night shift", Cancel)).Value!;
        await modules.People.CareTeams.SetMemberAsync(team.Id, doctor.Id, true, Cancel);
        await modules.Conversations.Templates.SetAsync(team.Id, [new Template(Mark, Mark)], 0, Cancel);
        var today = DateOnly.FromDateTime(server.Clock.GetUtcNow().UtcDateTime);
        await modules.Conversations.Absences.SetAsync(team.Id, new Absence(doctor.Id, Mark, today, today, null, null, false), Cancel);
        side.Name("team", team.Id.Local.ToString());

        var taken = await side["api"].PostAsync("/fhir", Samples.Bundle(Mark).Replace("\"70.5\"", Mark, StringComparison.Ordinal));
        side.Name("entry", taken.Entries.Select(static entry => (string)entry["response"]!["location"]!).First(static at => at.Contains("/Observation/", StringComparison.Ordinal)).Split('/')[^3]);
        side.Name("consent", (string)(await side["api"].PostAsync("/fhir/Consent", Samples.Consent(doctor.Reference, "Observation"))).Json["id"]!);
        var link = await side["api"].AskAsync(HttpMethod.Post, "/api/links", new StringContent($$"""{"label":"{{Mark}}","what":"summary"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
        side.Name("link", (string)link.Json["id"]!);
        side.Name("token", (await modules.People.AccessTokens.ListAsync(ada.Id, Cancel))[0].Id.ToString());
        side.Name("session", (await modules.People.Sessions.ListAsync(ada.Id, Cancel))[0].Id.ToString());
        side.Name("request", (await modules.People.Requests.AskAsync(doctor, ada.SignInName, new RequestTerms("treat", ["results"], 3, Mark), Cancel)).Value!.Id.ToString());
        var connected = await side.SendFormAsync("ada", "/gather/devices", "/gather/devices", ("name", Mark), ("measure", "weight"), ("lasting", "month"));
        Assert.Equal(HttpStatusCode.SeeOther, connected.Status);
        var own = (await modules.Records.Compartments.OpenOwnAsync(ada.Record.Value, ActorOf(ada), Cancel))!;
        side.Name("device", (await own.Devices.ListAsync(Cancel))[0].Id.ToString());
        var jobs = server.App.Services.GetRequiredService<ImportJobs>();
        var job = await jobs.BeginAsync(own, new ImportJobNotes { FileName = Mark + ".csv", OwnName = ada.DisplayName }, new MemoryStream("when,what\n2026-05-01,81\n2026-05-02,82\n"u8.ToArray()), Cancel);
        await jobs.AsksAsync(own, job.Id);
        side.Name("job", job.Id.ToString());
        using var holder = new LinkHolder(server, (string)link.Json["shlink"]!);
        var secret = holder.Url.Split('/')[^1];
        var opening = await server.App.Services.GetRequiredService<LinkDoor>().OpenAsync(secret, new LinkKnock("Dr Meyer"), Cancel);
        Assert.Equal(LinkReplyOutcome.Waits, await modules.Records.Links.ReceiveAsync(secret, opening.ReplyTo!, new LinkReply(Mark, new LinkReplyFile("letter.pdf", "paper", "%PDF-1"u8.ToArray())), Cancel));
        side.Name("delivery", (await own.Links.ReceivedAsync(Cancel))[0].Id.ToString());
        var card = await modules.Records.Cards.IssueAsync(
            own, new CardWish(Mark, Mark, "PATRQT", null), id => new LinkTerms { Purpose = "PATRQT" }.ToConsent(own.Patient, id, Mark, server.Clock.GetUtcNow()), new RecordQuery.Everything(1),
            (_, _, _) => Task.FromResult<UnsignedCard?>(new UnsignedCard("a.card", [Mark])), Cancel);
        side.Name("card", card!.Id.ToString());
        var question = new OpinionQuestion(LocalId.New(), $"What do you think of {Mark}?", $"Condition/{own.Patient}.{LocalId.New()}", Mark, server.Clock.GetUtcNow().AddDays(9), [$"Patient/{own.Patient}"]);
        await server.App.Services.GetRequiredService<OpinionDesk>().AskAsync(own, question, Mark, [doctor], Cancel);
        side.Name("question", question.Id.ToString());
        side.Name("invitation", (await own.ConsentsAsync(Cancel)).Single(static consent => consent.Consent.OpinionOn is not null).Entry.Id.Split('.')[1]);
        side.Name("circle-invitation", (await modules.People.Invitations.MakeAsync(ada, Mark, 7, Cancel)).Value!.Invitation.Id.ToString());
        await AskToCareAsync(side, ada);
        await modules.People.Circle.AddAsync(ada.Record.Value, doctor.Id, Mark, Cancel);
        await modules.People.Blocks.AddAsync(ada, await AddAsync("Mallory", isProfessional: false, hasRecord: false), Cancel);
        side.Name("shape", Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)));
        var talk = await side["api"].AskAsync(
            HttpMethod.Post, "/api/conversations", new StringContent($$"""{"with":["{{doctor.Reference}}"],"subject":"{{Mark}}"}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
        side.Name("conversation", (string)talk.Json["id"]!);
        side.Name("visit", (await own.Visits.MakeAsync(Mark, new VisitPlan { With = Mark, Questions = [new(Mark)] }, Cancel))!.Id.ToString());
        await side.OpenDoorAsync(ada.SignInName);
        side.Name("opening", (await modules.People.Emergencies.OfPatientAsync(ada.Record.Value, Cancel))[0].Id.ToString());
        return side;
    }

    /// <summary>Somebody who is asked by name to look after two small children, one of whom they take on, and who is told that they look after Ada no more.</summary>
    private async Task AskToCareAsync(Side side, Person ada)
    {
        var people = server.Modules.People;
        var carer = await AddAsync("Carla", isProfessional: false, hasRecord: false);
        await side.AddVisitorAsync(Carer, carer);
        foreach (var name in new[] { "care-invitation", "care-refused" })
        {
            var family = await Family.MoveInAsync(server);
            var offer = new CareOffer(Delegation.Parent, null);
            side.Name(name, (await people.Invitations.MakeAsync(family.Child, Mark, 7, Cancel, family.Parent.Person.Id, offer, carer.Id)).Value!.Invitation.Id.ToString());
        }

        await people.EndedCare.TellAsync(carer.Id, ada.Record!.Value, Mark, (Mark, Mark), [], Cancel);
    }

    private async Task<Person> AddAsync(string name, bool isProfessional, bool hasRecord)
    {
        var accounts = server.Modules.People.Accounts;
        var person = (await accounts.AddAsync(
            new NewPerson { SignInName = $"somebody-{++_count:00000}", DisplayName = name, IsProfessional = isProfessional, Role = isProfessional ? "doctor" : null }, Cancel)).Value!;
        return hasRecord ? (await accounts.SetRecordAsync(person.Id, await server.Modules.Records.Compartments.CreateAsync(ActorOf(person), Cancel), Cancel)).Value! : person;
    }

    private static Actor ActorOf(Person person) => new(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
