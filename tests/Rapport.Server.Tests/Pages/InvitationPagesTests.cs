using System.Net;
using System.Text.RegularExpressions;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Invitations into a circle over plain HTTP: who sees what before and after they have an account, that each works once, and that what is none has one answer.</summary>
public sealed partial class InvitationPagesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Password = "seven purple kettles";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStrangerSeesWhoInvitesMakesAnAccountAndIsInTheCircleOnceTheyAccept()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var address = await InviteAsync(patient, "friend");
        using var stranger = new FormVisitor(server);
        var seen = await BringAsync(stranger, address);
        Assert.Equal(HttpStatusCode.OK, seen.Status);
        Assert.Contains(Say.Fill(InvitationText.InvitesYou, "Maya Castellanos"), seen.Text);
        Assert.Contains($"<dd>{CircleText.Friend}</dd>", seen.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Say.Fill(InvitationText.MeansNotSee, "Maya Castellanos"), seen.Text);
        Assert.DoesNotContain(InvitationText.Accept, seen.Text);

        await SignUpAsync(stranger, "Nora New");
        Assert.Contains(CirclePlaces.Invitation, await stranger.ReadAsync("/account/welcome"));
        Assert.Contains(InvitationText.Accept, await stranger.ReadAsync(CirclePlaces.Invitation));
        using var accepted = await stranger.PostAsync(CirclePlaces.Invitation, CirclePlaces.Accept);
        Assert.Equal(CirclePlaces.Mine + "?done=joined", accepted.Headers.Location!.ToString());
        Assert.Contains("Maya Castellanos", await stranger.ReadAsync(CirclePlaces.Mine));

        // The invitation says that they can write to each other: here is the way, and where messages are, the way here.
        var write = Server.Pages.Conversations.TalkPlaces.About(home.Patient.Person.Record!.Value);
        Assert.Contains($"href=\"{write}\"", await stranger.ReadAsync(CirclePlaces.Mine));
        Assert.Contains(CirclePlaces.Mine, await stranger.ReadAsync(Server.Pages.Conversations.TalkPlaces.Home));
        Assert.Contains("name=\"subject\"", await stranger.ReadAsync(write));
        var circle = await patient.ReadAsync("/circle");
        Assert.Contains("Nora New", circle);
        Assert.Contains(CircleText.Friend, circle, StringComparison.OrdinalIgnoreCase);

        // By that alone they see nothing; that the patient may share with them is the point.
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/shared/{home.Patient.Person.Record}/summary")).StatusCode);
        var nora = Assert.Single(await server.Modules.People.Circle.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel), static member => member.Person.DisplayName == "Nora New").Person;
        Assert.Contains("Nora New", await patient.ReadAsync($"/share/new?who={nora.Reference}"));
    }

    [Fact]
    public async Task WhatIsNoInvitationHasOneAnswer()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var over = await InviteAsync(patient, "friend", days: 1);
        server.Clock.Advance(TimeSpan.FromDays(1));
        using var again = await home.Patient.SignInAsync(server);
        var people = server.Modules.People;
        var used = await InviteAsync(again, "friend");
        Assert.NotNull(await people.Invitations.AcceptAsync(InvitationMark.Of(SecretOf(used)), home.Stranger.Person, Cancel));
        var declined = await InviteAsync(again, "friend");
        Assert.True(await people.Invitations.DeclineAsync(InvitationMark.Of(SecretOf(declined)), home.Stranger.Person.Id, Cancel));
        var back = await InviteAsync(again, "friend");
        using var taken = await again.PostAsync(CirclePlace.Own.Invitations, CirclePlace.Own.TakeBack, ("id", (await people.Invitations.ListAsync(home.Patient.Person.Id, Cancel))[0].Id.ToString()));
        Assert.Equal(CirclePlace.Own.Invitations + "?done=back", taken.Headers.Location!.ToString());
        var kept = await InviteAsync(again, "friend");
        Assert.True((await people.Accounts.SignUpAsync("Somebody", Password, SecretOf(kept), Cancel)).IsOk);

        foreach (var isSignedIn in new[] { false, true })
        {
            var told = new List<string>();
            foreach (var brought in new[] { over, used, declined, back, kept, "", "nonsense", $"http://elsewhere.example/join#{new string('A', 43)}", new string('x', 5000) })
            {
                using var visitor = new FormVisitor(server);
                if (isSignedIn)
                {
                    await visitor.SignInAsync(home.Carer.SignInName);
                }

                told.Add(await ToldAsync(visitor, brought));
            }

            // Good for others, and none between two of whom one blocks the other.
            var good = await InviteAsync(again, "friend");
            if (isSignedIn)
            {
                await people.Blocks.AddAsync(home.Carer.Person, home.Patient.Person, Cancel);
                using var blocking = await home.Carer.SignInAsync(server);
                told.Add(await ToldAsync(blocking, good));
                await people.Blocks.RemoveAsync(home.Carer.Person.Id, home.Patient.Person.Id, Cancel);
                await people.Blocks.AddAsync(home.Patient.Person, home.Carer.Person, Cancel);
                using var blocked = await home.Carer.SignInAsync(server);
                told.Add(await ToldAsync(blocked, good));
                await people.Blocks.RemoveAsync(home.Patient.Person.Id, home.Carer.Person.Id, Cancel);
            }

            Assert.Contains(InvitationText.OverHeading, told[0]);
            Assert.All(told, answer => Assert.Equal(told[0], answer));
            using var other = new FormVisitor(server);
            Assert.Equal(HttpStatusCode.OK, (await BringAsync(other, good)).Status);
        }
    }

    /// <summary>Whoever pressed twice, since nothing seemed to happen, was told that the invitation was good no more.</summary>
    [Fact]
    public async Task WhoSaysYesTwiceIsToldBothTimesThatTheyAreInTheCircle()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var friend = await home.Stranger.SignInAsync(server);
        var address = await InviteAsync(patient, "friend");
        var page = (await BringAsync(friend, address)).Text;
        var whose = Whose().Match(page).Groups["patient"].Value;
        Assert.Equal(CirclePlaces.Mine + "?done=joined", await AcceptAsync(friend, whose));

        // The second press brought the invitation still, which the first one used up.
        await BringAsync(friend, address);
        await friend.PostAsync(CirclePlaces.Join, CirclePlaces.Join, ("invitation", address));
        Assert.Equal(CirclePlaces.Mine + "?done=joined", await AcceptAsync(friend, whose));

        // To who is not in that circle it is none, whatever they name.
        using var other = await (await Household.MoveInAsync(server, withRecord: false)).Stranger.SignInAsync(server);
        await other.PostAsync(CirclePlaces.Join, CirclePlaces.Join, ("invitation", address));
        Assert.Equal(CirclePlaces.Invitation, await AcceptAsync(other, whose));
        Assert.Equal(CirclePlaces.Invitation, await AcceptAsync(other, "nobody"));
    }

    /// <summary>Whoever pressed twice had two links out, and saw one.</summary>
    [Fact]
    public async Task WhoInvitesTwiceBySendingTheFormAgainHasOneInvitation()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var once = Once().Match(await patient.ReadAsync(CirclePlace.Own.Invitations)).Groups["once"].Value;
        List<string> made = [await InviteAsync(patient, "friend", once: once), await InviteAsync(patient, "friend", once: once)];
        Assert.Single(await server.Modules.People.Invitations.ListAsync(home.Patient.Person.Id, Cancel));

        // The one that is good is that which stands on the page.
        using var friend = new FormVisitor(server);
        Assert.Equal(HttpStatusCode.NotFound, (await BringAsync(friend, made[0])).Status);
        Assert.Equal(HttpStatusCode.OK, (await BringAsync(friend, made[1])).Status);

        // As something else it is another one, and so it is from another form, some time later, or for somebody else's circle.
        made.Add(await InviteAsync(patient, "family", once: once));
        made.Add(await InviteAsync(patient, "friend", once: Once().Match(await patient.ReadAsync(CirclePlace.Own.Invitations)).Groups["once"].Value));
        var neighbours = await Household.MoveInAsync(server, withRecord: false);
        using var neighbour = await neighbours.Patient.SignInAsync(server);
        made.Add(await InviteAsync(neighbour, "friend", once: once));
        server.Clock.Advance(TimeSpan.FromMinutes(3));
        made.Add(await InviteAsync(patient, "friend", once: once));
        foreach (var address in made.Skip(1))
        {
            using var guest = new FormVisitor(server);
            Assert.Equal(HttpStatusCode.OK, (await BringAsync(guest, address)).Status);
        }

        var open = await server.Modules.People.Invitations.ListAsync(home.Patient.Person.Id, Cancel);
        Assert.Equal(4, open.Select(static invitation => invitation.Id).Distinct().Count());
    }

    [Fact]
    public async Task OfTwoWhoAcceptAtTheSameMomentOneIsInTheCircle()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var other = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var address = await InviteAsync(patient, "friend");
        var guests = new List<(FormVisitor Visitor, string Token)>();
        foreach (var resident in new[] { home.Stranger, other.Stranger, other.Carer, other.Patient })
        {
            var visitor = await resident.SignInAsync(server);
            Assert.Equal(HttpStatusCode.OK, (await BringAsync(visitor, address)).Status);
            guests.Add((visitor, await visitor.TokenAsync(CirclePlaces.Invitation)));
        }

        var answers = await Task.WhenAll(guests.Select(guest => guest.Visitor.PostWithAsync(CirclePlaces.Accept, ("__RequestVerificationToken", guest.Token))));
        Assert.Equal(
            [CirclePlaces.Mine + "?done=joined", CirclePlaces.Invitation, CirclePlaces.Invitation, CirclePlaces.Invitation],
            answers.Select(static answer => answer.Headers.Location!.ToString()).OrderBy(static place => place == CirclePlaces.Invitation));
        Assert.Single(await server.Modules.People.Circle.OfPatientAsync(home.Patient.Person.Record!.Value, Cancel), static member => member.Relationship == "friend");
        foreach (var (visitor, _) in guests)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(CirclePlaces.Invitation)).StatusCode);
            visitor.Dispose();
        }
    }

    [Fact]
    public async Task TheSecretIsShownOnceAndStandsInNoAddressThatIsAskedFor()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var made = await patient.PostAsync(CirclePlace.Own.Invitations, CirclePlace.Own.Invitations, ("as", "friend"), ("days", "7"));
        Assert.Equal(CirclePlace.Own.Made, made.Headers.Location!.ToString());
        var address = AddressIn(await patient.ReadAsync(CirclePlace.Own.Made));
        Assert.StartsWith($"{server.Address.GetLeftPart(UriPartial.Authority)}{CirclePlaces.Join}#", address);
        using var again = await patient.GetAsync(CirclePlace.Own.Made);
        Assert.Equal(CirclePlace.Own.Invitations, again.Headers.Location!.ToString());
        var list = await patient.ReadAsync(CirclePlace.Own.Invitations);
        Assert.DoesNotContain(SecretOf(address), list);

        using var stranger = new FormVisitor(server);
        using var brought = await stranger.PostAsync(CirclePlaces.Join, CirclePlaces.Join, ("invitation", address));
        Assert.Equal(CirclePlaces.Invitation, brought.Headers.Location!.ToString());
        Assert.DoesNotContain(SecretOf(address), string.Join(';', brought.Headers.GetValues("Set-Cookie")));
        Assert.DoesNotContain(SecretOf(address), await stranger.ReadAsync(CirclePlaces.Invitation));
        Assert.DoesNotContain("Maya", Title().Match(await stranger.ReadAsync(CirclePlaces.Invitation)).Value);
    }

    [Fact]
    public async Task SigningInWithASecondStepLeadsBackToTheInvitation()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var address = await InviteAsync(patient, "friend");
        var people = server.Modules.People;
        var setup = await people.SecondStep.BeginAppAsync(home.Stranger.Person, Cancel);
        Assert.True(await people.SecondStep.ConfirmAppAsync(home.Stranger.Person.Id, AuthenticatorApp.CodeOf(setup.Secret, server.Clock.GetUtcNow()), Cancel));
        server.Clock.Advance(TimeSpan.FromMinutes(1));

        using var guest = new FormVisitor(server);
        var seen = await BringAsync(guest, address);
        Assert.Contains($"/sign-in?then={CirclePlaces.Invitation}", seen.Text);
        using var first = await guest.SignInAsync(home.Stranger.SignInName, then: CirclePlaces.Invitation);
        var halfway = Halfway().Match(await first.Content.ReadAsStringAsync(Cancel)).Groups["value"].Value;
        using var second = await guest.PostAsync(
            "/sign-in", "/sign-in/code", ("halfway", halfway), ("then", CirclePlaces.Invitation), ("code", AuthenticatorApp.CodeOf(setup.Secret, server.Clock.GetUtcNow())));
        Assert.Equal(CirclePlaces.Invitation, second.Headers.Location!.ToString());
        Assert.Contains(InvitationText.Accept, await guest.ReadAsync(CirclePlaces.Invitation));
    }

    /// <summary>A code for who lost all else leads to the account, where what was lost is made anew.</summary>
    [Fact]
    public async Task WhoGetsBackInByACodeIsRemindedOfTheInvitation()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var address = await InviteAsync(patient, "friend");
        var code = await server.Modules.People.SecondStep.NewOperatorCodeAsync(home.Stranger.Person.Id, Cancel);
        using var guest = new FormVisitor(server);
        await BringAsync(guest, address);
        using var recovered = await guest.PostAsync("/recover", "/recover", ("name", home.Stranger.SignInName), ("code", code));
        Assert.Equal("/account", recovered.Headers.Location!.ToString());
        Assert.Contains(CirclePlaces.Invitation, await guest.ReadAsync("/account"));
        using var accepted = await guest.PostAsync(CirclePlaces.Invitation, CirclePlaces.Accept);
        Assert.Equal(CirclePlaces.Mine + "?done=joined", accepted.Headers.Location!.ToString());
        Assert.DoesNotContain(CirclePlaces.Invitation, await guest.ReadAsync("/account"));
    }

    [Fact]
    public async Task SigningOutLeavesNoInvitationForWhoeverComesNext()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var address = await InviteAsync(patient, "friend");
        using var shared = await home.Stranger.SignInAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await BringAsync(shared, address)).Status);
        using var gone = await shared.PostAsync("/account", "/sign-out");
        Assert.Equal(HttpStatusCode.NotFound, (await shared.GetAsync(CirclePlaces.Invitation)).StatusCode);
    }

    [Fact]
    public async Task OnesOwnInvitationIsToldAsThatAndStaysOpen()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        var seen = await BringAsync(patient, await InviteAsync(patient, "friend"));
        Assert.Contains(InvitationText.YourOwn, seen.Text);
        Assert.DoesNotContain(CirclePlaces.Accept, seen.Text);
        foreach (var answer in new[] { CirclePlaces.Accept, CirclePlaces.Decline })
        {
            using var refused = await patient.PostAsync(CirclePlace.Own.Invitations, answer);
            Assert.Equal(CirclePlaces.Invitation, refused.Headers.Location!.ToString());
        }

        Assert.Single(await server.Modules.People.Invitations.ListAsync(home.Patient.Person.Id, Cancel));
    }

    [Theory]
    [InlineData("", "", nameof(InvitationText.ChooseAs))]
    [InlineData("hunter", "", nameof(InvitationText.ChooseAs))]
    [InlineData("other", " ", nameof(InvitationText.WriteAs))]
    [InlineData("friend", "godmother", nameof(InvitationText.WordsNotChosen))]
    public async Task WhatIsMissingIsSaid(string chosen, string words, string problem)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var answer = await patient.PostAsync(CirclePlace.Own.Invitations, CirclePlace.Own.Invitations, ("as", chosen), ("words", words), ("days", "7"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(Say.Fill(InvitationText.ResourceManager.GetString(problem)!, words), WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.Empty(await server.Modules.People.Invitations.ListAsync(home.Patient.Person.Id, Cancel));
    }

    [Theory]
    [InlineData("other")]
    [InlineData("")]
    public async Task WhatIsWrittenInOnesOwnWordsStandsInTheInvitation(string chosen)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        using var made = await patient.PostAsync(CirclePlace.Own.Invitations, CirclePlace.Own.Invitations, ("as", chosen), ("words", "godmother <b>"), ("days", "30"));
        using var stranger = new FormVisitor(server);
        var seen = await BringAsync(stranger, AddressIn(await patient.ReadAsync(CirclePlace.Own.Made)));
        Assert.Contains("<dd>Godmother <b></dd>", seen.Text);
        Assert.Equal(server.Clock.GetUtcNow().AddDays(30), Assert.Single(await server.Modules.People.Invitations.ListAsync(home.Patient.Person.Id, Cancel)).EndsAt);
    }

    [Fact]
    public async Task WhoKeepsNoRecordInvitesNobodyAndNobodyTakesBackWhatIsAnothers()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(server);
        await InviteAsync(patient, "friend");
        var id = (await server.Modules.People.Invitations.ListAsync(home.Patient.Person.Id, Cancel))[0].Id.ToString();
        using var carer = await home.Carer.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(CirclePlace.Own.Invitations)).StatusCode);
        using var made = await carer.PostAsync("/account", CirclePlace.Own.Invitations, ("as", "friend"), ("days", "7"));
        using var back = await carer.PostAsync("/account", CirclePlace.Own.TakeBack, ("id", id));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (made.StatusCode, back.StatusCode));
        Assert.Single(await server.Modules.People.Invitations.ListAsync(home.Patient.Person.Id, Cancel));
    }

    [Fact]
    public async Task NobodyInvitesWithoutEnd()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var home = await Household.MoveInAsync(own, withRecord: false);
        using var patient = await home.Patient.SignInAsync(own);
        var token = await patient.TokenAsync(CirclePlace.Own.Invitations);
        for (var made = 0; made <= RateLimits.InvitesAtOnce; made++)
        {
            using var answer = await patient.PostWithAsync(CirclePlace.Own.Invitations, ("__RequestVerificationToken", token), ("as", "friend"), ("days", "1"));
            Assert.Equal(made < CircleInvitations.MostOpen ? HttpStatusCode.SeeOther : made < RateLimits.InvitesAtOnce ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }
    }

    [Fact]
    public async Task WhereOnlyTheInvitedMaySignUpEachInvitationMakesOneAccountWhichKeepsIt()
    {
        await using var own = new RunningServer { SignUp = SignUpRule.Invited };
        await own.InitializeAsync();
        var home = await Household.MoveInAsync(own, withRecord: false);
        using var patient = await home.Patient.SignInAsync(own);
        var address = await InviteAsync(patient, "friend");

        using var anybody = new FormVisitor(own);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/sign-up")).StatusCode);
        Assert.DoesNotContain("\"/sign-up\"", await anybody.ReadAsync("/sign-in"));
        foreach (var path in new[] { "/sign-up", "/sign-up/passkey", "/sign-up/passkey/question" })
        {
            using var refused = await anybody.PostAsync("/sign-in", path, ("name", "Ana"), ("password", Password));
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        await BringAsync(anybody, "nonsense");
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/sign-up")).StatusCode);

        using var stranger = new FormVisitor(own);
        using var second = new FormVisitor(own);
        Assert.Contains("\"/sign-up\"", (await BringAsync(stranger, address)).Text);
        await BringAsync(second, address);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/sign-up")).StatusCode);
        await SignUpAsync(stranger, "Nora New");

        // The same browser, and another one that has the same invitation, make no second account.
        foreach (var (visitor, page) in new[] { (stranger, "/account"), (second, "/sign-in") })
        {
            using var another = await visitor.PostAsync(page, "/sign-up", ("name", "Ana"), ("password", Password));
            Assert.Equal(HttpStatusCode.NotFound, another.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync(CirclePlaces.Invitation)).StatusCode);
        using var accepted = await stranger.PostAsync(CirclePlaces.Invitation, CirclePlaces.Accept);
        Assert.Equal(CirclePlaces.Mine + "?done=joined", accepted.Headers.Location!.ToString());
    }

    [Fact]
    public async Task WhereNobodyMaySignUpTheInvitedAreToldHow()
    {
        await using var own = new RunningServer { SignUp = SignUpRule.Closed };
        await own.InitializeAsync();
        var home = await Household.MoveInAsync(own, withRecord: false);
        using var patient = await home.Patient.SignInAsync(own);
        using var stranger = new FormVisitor(own);
        var seen = await BringAsync(stranger, await InviteAsync(patient, "friend"));
        Assert.Contains(InvitationText.NextClosed, seen.Text);
        Assert.DoesNotContain("/sign-up", seen.Text);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/sign-up")).StatusCode);
    }

    /// <summary>Makes an invitation, and gives the address that is shown.</summary>
    private static async Task<string> InviteAsync(FormVisitor patient, string relation, int days = 7, string once = "")
    {
        using var made = await patient.PostAsync(CirclePlace.Own.Invitations, CirclePlace.Own.Invitations, ("as", relation), ("days", $"{days}"), ("once", once));
        return AddressIn(await patient.ReadAsync(made.Headers.Location!.ToString()));
    }

    private static async Task<(HttpStatusCode Status, string Text)> BringAsync(FormVisitor visitor, string brought)
    {
        using var led = await visitor.PostAsync(CirclePlaces.Join, CirclePlaces.Join, ("invitation", brought));
        using var seen = await visitor.FollowAsync(led);
        return (seen.StatusCode, WebUtility.HtmlDecode(await seen.Content.ReadAsStringAsync(Cancel)));
    }

    /// <summary>What somebody is told who brings something and tries both answers.</summary>
    private static async Task<string> ToldAsync(FormVisitor visitor, string brought)
    {
        var (status, text) = await BringAsync(visitor, brought);
        return $"{status} {Token().Replace(text, "")}";
    }

    private static async Task SignUpAsync(FormVisitor visitor, string name)
    {
        using var made = await visitor.PostAsync("/sign-up", "/sign-up", ("name", name), ("password", Password));
        Assert.Equal("/account/welcome", made.Headers.Location!.ToString());
    }

    /// <summary>Says yes to what was brought, into whose circle a form says; where that leads.</summary>
    private static async Task<string?> AcceptAsync(FormVisitor guest, string patient)
    {
        using var accepted = await guest.PostAsync("/account", CirclePlaces.Accept, ("patient", patient));
        return accepted.Headers.Location?.ToString();
    }

    private static string AddressIn(string page) => WebUtility.HtmlDecode(Address().Match(page).Groups["address"].Value);

    private static string SecretOf(string address) => address[(address.IndexOf('#', StringComparison.Ordinal) + 1)..];

    [GeneratedRegex("<pre id=\"address\"[^>]*>(?<address>[^<]+)</pre>", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"[^\"]+\"", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex("name=\"patient\" value=\"(?<patient>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Whose();

    [GeneratedRegex("name=\"once\" value=\"(?<once>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Once();

    [GeneratedRegex("name=\"halfway\" value=\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Halfway();

    [GeneratedRegex("<title>[^<]*</title>", RegexOptions.NonBacktracking)]
    private static partial Regex Title();
}
