using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Ledger;

namespace Rapport.Server.Tests.Pages;

/// <summary>Where the network is slow people press twice, and go back to a link that they used: then what they did is done once, and told as done.</summary>
public sealed partial class ChildsCarersTests
{
    [Fact]
    public async Task WhoSaysYesTwiceFindsTheChildBothTimes()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        await AskAsync(parent, family, family.Home.Patient);
        using var mother = await family.Home.Patient.SignInAsync(server);
        var place = Asked().Match(await mother.ReadAsync("/circle")).Value;
        var page = await mother.ReadAsync(place);
        for (var press = 0; press < 2; press++)
        {
            using var taken = await mother.PostAsync("/account", CarePlaces.Accept, ("id", IdIn(place)), ("child", ChildIn(page)), ("lawful", Yes));
            Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        }

        // To who does not look after the child the same looks like none.
        using var stranger = await family.Home.Stranger.SignInAsync(server);
        using var other = await stranger.PostAsync("/account", CarePlaces.Accept, ("id", IdIn(place)), ("child", ChildIn(page)), ("lawful", Yes));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        var own = await family.OpenOwnAsync(server);
        Assert.Single(await own.ConsentsAsync(Cancel), static known => known.Consent.Delegation?.ToName == "Maya Castellanos");
    }

    [Fact]
    public async Task WhoSaysYesTwiceToALinkFindsTheChildAndTheUsedLinkTellsWhereItIs()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        var address = await LinkAsync(parent, family);
        using var friend = await family.Home.Stranger.SignInAsync(server);
        var page = (await BringAsync(friend, address)).Text;
        for (var press = 0; press < 2; press++)
        {
            using var taken = await friend.PostAsync("/account", CirclePlaces.Accept, ("child", ChildIn(page)), ("lawful", Yes));
            Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        }

        const string There = "class=\"button\" href=\"/circle\"";
        Assert.Contains(There, (await BringAsync(friend, address)).Text);
        using var anybody = new FormVisitor(server);
        Assert.DoesNotContain(There, (await BringAsync(anybody, address)).Text);
    }

    [Fact]
    public async Task WhoTakesSomebodyOutTwiceIsToldBothTimesThatItIsDone()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var mother = await LetInAsync(parent, family, family.Home.Patient);
        await TakeOutAsync(parent, family, family.Home.Patient);
        var own = await family.OpenOwnAsync(server);
        var size = (await own.HistoryAsync(Cancel)).Deeds.Count;
        await TakeOutAsync(parent, family, family.Home.Patient);
        Assert.Equal(size, (await own.HistoryAsync(Cancel)).Deeds.Count);
        Assert.Single(await People.EndedCare.ListAsync(family.Home.Patient.Person.Id, Cancel));

        // Who never looked after the child was not taken out, and nobody else took her out.
        using var never = await parent.PostAsync("/account", Care(family) + "/out", ("who", family.Home.Stranger.Person.Reference));
        Assert.Equal(HttpStatusCode.NotFound, never.StatusCode);
        await People.Circle.AddAsync(family.Record, family.Home.Stranger.Person.Id, "friend", Cancel);
        using var friend = await LetInAsync(parent, family, family.Home.Stranger);
        using var others = await friend.PostAsync("/account", Care(family) + "/out", ("who", family.Home.Patient.Person.Reference));
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
    }

    [Fact]
    public async Task WhoIsAskedTwiceByNameHasOneQuestion()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        await AskAsync(parent, family, family.Home.Patient);
        await AskAsync(parent, family, family.Home.Patient);
        Assert.Single(await People.Invitations.CareAskedAsync(family.Home.Patient.Person.Id, Cancel));

        // To be something else to the child is another question.
        using var other = await SendAsync(parent, family, family.Home.Patient.Person.Reference, Delegation.Guardian, "");
        Assert.Equal(Care(family) + "?done=asked", other.Headers.Location?.ToString());
        Assert.Equal(2, (await People.Invitations.CareAskedAsync(family.Home.Patient.Person.Id, Cancel)).Count);
    }

    /// <summary>Whoever pressed twice had two links out by which a stranger could look after the child, and saw one.</summary>
    [Fact]
    public async Task WhoAsksForALinkTwiceBySendingTheFormAgainHasOne()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        var once = Once().Match(await parent.ReadAsync(Care(family) + "/new")).Groups["once"].Value;
        List<string> made = [];
        foreach (var role in new[] { Delegation.Parent, Delegation.Parent, Delegation.Guardian })
        {
            using var asked = await parent.PostAsync("/account", Care(family) + "/new", ("who", CareForm.ByLink), ("role", role), ("until", ""), ("mine", Yes), ("once", once));
            made.Add(AddressIn(await parent.ReadAsync(asked.Headers.Location!.ToString())));
        }

        // The one that is good is that which stands on the page; as something else it is another one.
        Assert.Equal(2, (await People.Invitations.ListAsync(family.Child.Id, Cancel)).Count);
        List<HttpStatusCode> told = [];
        foreach (var address in made)
        {
            using var guest = new FormVisitor(server);
            told.Add((await BringAsync(guest, address)).Status);
        }

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.OK], told);
    }

    /// <summary>They would say yes to it, and be in again.</summary>
    [Fact]
    public async Task WhatSomebodyWasAskedBeforeEndsWhenTheyAreTakenOut()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        await AskAsync(parent, family, family.Home.Patient);
        using var guardian = await SendAsync(parent, family, family.Home.Patient.Person.Reference, Delegation.Guardian, "");
        var asked = await People.Invitations.CareAskedAsync(family.Home.Patient.Person.Id, Cancel);
        Assert.Equal(2, asked.Count);
        using var mother = await family.Home.Patient.SignInAsync(server);
        using var taken = await mother.PostAsync("/account", CarePlaces.Accept, ("id", asked[0].Invitation.Id.ToString()), ("lawful", Yes));
        Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        await TakeOutAsync(parent, family, family.Home.Patient);
        Assert.Empty(await People.Invitations.CareAskedAsync(family.Home.Patient.Person.Id, Cancel));
        using var again = await mother.PostAsync("/account", CarePlaces.Accept, ("id", asked[1].Invitation.Id.ToString()), ("lawful", Yes));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await mother.GetAsync(family.Acting)).StatusCode);
    }

    [Fact]
    public async Task FromTheLinkThatWasMadeOneGoesBackToWhoLooksAfterTheChild()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var asked = await SendAsync(parent, family, CareForm.ByLink, Delegation.Parent, "");
        var made = await parent.ReadAsync(Care(family) + "/made");
        Assert.Contains($"class=\"button second\" href=\"{Care(family)}\"", made);
        Assert.DoesNotContain(family.Acting + "/circle", made);
    }

    [Fact]
    public void WhoBeganTheRecordReadsOfThemselvesAsYou() =>
        Assert.DoesNotContain("acts", Say.Fill(LedgerText.ChildBegunFor, LedgerText.You, Family.ChildsName));

    private static string ChildIn(string page) => Child().Match(page).Groups["child"].Value;

    [GeneratedRegex("name=\"once\" value=\"(?<once>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Once();

    [GeneratedRegex("name=\"child\" value=\"(?<child>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Child();
}
