using System.Globalization;
using System.Net;
using Rapport.Consent;
using Rapport.Language;
using Rapport.People;
using Rapport.Server.Pages.Acting.Carers;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What is asked is asked of whom one chose, for as long as one was told that one may, and taken back where it stands.</summary>
public sealed partial class ChildsCarersTests
{
    /// <summary>The day that the form names ends at another hour where whoever asks is than where who let them in was.</summary>
    [Fact]
    public async Task TheLastDayThatTheFormNamesCanBeChosenAlsoFarToTheWest()
    {
        await using var own = new RunningServer();
        await own.InitializeAsync();
        var family = await MoveInAsync(own);
        await own.Modules.People.Circle.AddAsync(family.Record, family.Home.Stranger.Person.Id, "aunt", Cancel);
        using var parent = await family.Parent.SignInAsync(own);
        parent.Cookies.Add(own.Address, new Cookie("rapport-zone", Uri.EscapeDataString("Europe/Madrid")));
        var last = DateOnly.FromDateTime(own.Clock.GetUtcNow().UtcDateTime).AddDays(14);
        var day = last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var asked = await SendAsync(parent, family, family.Home.Stranger.Person.Reference, Delegation.Guardian, day);
        Assert.Equal(Care(family) + "?done=asked", asked.Headers.Location?.ToString());
        using var aunt = await TakeOnAsync(own, family, family.Home.Stranger);
        aunt.Cookies.Add(own.Address, new Cookie("rapport-zone", Uri.EscapeDataString("America/New_York")));
        Assert.Contains(Say.Fill(CareText.NotLonger, Family.ChildsName, Say.Day(last)), WebUtility.HtmlDecode(await aunt.ReadAsync(Care(family) + "/new")));
        using var longer = await SendAsync(aunt, family, family.Home.Patient.Person.Reference, Delegation.Delegatee, last.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, longer.StatusCode);
        using var same = await SendAsync(aunt, family, family.Home.Patient.Person.Reference, Delegation.Delegatee, day);
        Assert.Equal(Care(family) + "?done=asked", same.Headers.Location?.ToString());

        // Who says yes is in until the moment at which whoever asked is out, and no longer.
        using var taken = await TakeOnAsync(own, family, family.Home.Patient);
        var until = (await (await family.OpenOwnAsync(own)).ConsentsAsync(Cancel)).Where(known => known.Consent.ValidUntil is not null).Select(static known => known.Consent.ValidUntil!.Value).ToList();
        Assert.Equal(2, until.Count);
        Assert.Equal(until[0], until[1]);
    }

    /// <summary>It became a link for whoever has it.</summary>
    [Fact]
    public async Task WhoClosedTheirAccountMeanwhileIsNotAskedAndNobodyElseIs()
    {
        var family = await MoveInAsync();
        var gone = family.Home.Stranger.Person;
        await People.Accounts.CloseAsync(gone.Id, Cancel);
        var asked = await CareQuestion.AskAsync(People, family.Child, family.Parent.Person, new CareForm { Who = gone.Reference, Role = Delegation.Parent, IsMine = true }, new CareOffer(Delegation.Parent, null), Cancel);
        Assert.Equal((null, CareText.ChooseWho), (asked.Secret, asked.Problem));
        Assert.Empty(await People.Invitations.ListAsync(family.Child.Id, Cancel));
    }

    [Fact]
    public async Task WhoTakesBackWhatTheyAskedIsBackOnThePageOnWhichTheyPressed()
    {
        var family = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        await AskAsync(parent, family, family.Home.Patient);
        var id = Assert.Single(await People.Invitations.ListAsync(family.Child.Id, Cancel)).Id.ToString();
        Assert.Contains($"action=\"{Care(family)}/take-back\"", await parent.ReadAsync(Care(family)));
        using var back = await parent.PostAsync(Care(family), Care(family) + "/take-back", ("id", id));
        Assert.Equal(Care(family) + "?done=back", back.Headers.Location?.ToString());
        Assert.Contains(CareText.DoneBack, WebUtility.HtmlDecode(await parent.ReadAsync(Care(family) + "?done=back")));
        Assert.Empty(await People.Invitations.ListAsync(family.Child.Id, Cancel));
    }

    private static async Task<FormVisitor> TakeOnAsync(RunningServer where, Family family, Resident who)
    {
        var visitor = await who.SignInAsync(where);
        var id = Assert.Single(await where.Modules.People.Invitations.CareAskedAsync(who.Person.Id, Cancel)).Invitation.Id.ToString();
        using var taken = await visitor.PostAsync("/account", CarePlaces.Accept, ("id", id), ("lawful", Yes));
        Assert.Equal(family.Acting + "?done=taken-on", taken.Headers.Location?.ToString());
        return visitor;
    }
}
