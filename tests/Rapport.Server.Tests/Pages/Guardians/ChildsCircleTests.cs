using System.Net;
using System.Text.RegularExpressions;
using Rapport.Consent;
using Rapport.Language;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Circle.Childs;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages;

/// <summary>The circle of a small child: seen and kept by whoever looks after it, each of both parents, and by nobody else.</summary>
public sealed partial class ChildsCircleTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BothParentsSeeWhoIsAroundTheChildWhatEachMaySeeAndWhenTheyLastHadToDoWithIt()
    {
        var (family, circle) = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        await family.BringAsync(server, Household.DemoRecord());
        await PassOnAsync(parent, family, family.Home.Doctor);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync($"/shared/{family.Record}/summary")).StatusCode);
        var talk = await BeginAsync(parent, "her knee", [("about", family.Record.ToString()), ("with", family.Home.Doctor.Person.Reference)]);
        await SaidAsync(parent, talk, "May she run?");
        var (looked, wrote) = (Say.Fill(CircleText.LookedLast, Say.Moment(server.Clock.GetUtcNow())), Say.Fill(ChildsCircleText.WroteLast, Family.ChildsName, Say.Moment(server.Clock.GetUtcNow())));

        Assert.Contains(circle.Home, await parent.ReadAsync(family.Acting));
        using var second = await family.Home.Patient.SignInAsync(server);
        foreach (var (visitor, you, other) in new[] { (parent, "Sam", "Maya Castellanos"), (second, "Maya Castellanos", "Sam") })
        {
            var page = WebUtility.HtmlDecode(await visitor.ReadAsync(circle.Home));
            Assert.Contains(Say.Fill(ChildsCircleText.Heading, "", Family.ChildsName), page);
            Assert.Contains($"{you}, for {Family.ChildsName}", page);
            Assert.Contains(Say.Fill(ChildsCircleText.You, you), page);
            Assert.Contains(Say.Fill(ChildsCircleText.Acts, other, Family.ChildsName, SharingText.UntilStopped)[..20], page);
            Assert.Contains(Say.Fill(ChildsCircleText.MaySee, "Dr Lee", Family.ChildsName, PurposeOfUse.Describe("TREAT"), "").Split(',')[0], page);
            Assert.Contains(Say.Fill(ChildsCircleText.MaySee, "", "", "", "", "Sam").Split(". ")[1], page);
            Assert.Contains(looked, page);
            Assert.Contains(wrote, page);

            // It speaks of the child's circle alone, and tells nobody of themself that they have not looked yet.
            Assert.Contains(Say.Fill(ChildsCircleText.Invite, "", Family.ChildsName), page);
            Assert.DoesNotContain(InvitationText.Invite, page);
            Assert.DoesNotContain(CircleText.NotLookedYet, page.Split(Say.Fill(ChildsCircleText.You, you))[1].Split("</li>")[0]);

            // Nobody parts for the child from who looks after it.
            Assert.Single(Remove().Matches(page));
            Assert.Contains(circle.RemoveOf(family.Home.Doctor.Person.Reference), page);
        }

        // What is told of it is no look at the record.
        var own = await family.OpenOwnAsync(server);
        var size = (await own.HistoryAsync(Cancel)).Deeds.Count;
        await parent.ReadAsync(circle.Home);
        Assert.Equal(size, (await own.HistoryAsync(Cancel)).Deeds.Count);
        using var spanish = await family.Parent.SignInAsync(server);
        using var chosen = await spanish.PostAsync("/account", "/language", ("language", "es"), ("back", "/account"));
        Assert.Contains("El círculo de Lena Castellanos", WebUtility.HtmlDecode(await spanish.ReadAsync(circle.Home)));
        using var back = await spanish.PostAsync("/account", "/language", ("language", "en"), ("back", "/account"));
    }

    [Fact]
    public async Task WhoIsInvitedSeesWhoInvitesThemForWhichChildAndBothParentsSeeWhatIsOpen()
    {
        var (family, circle) = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        using var second = await family.Home.Patient.SignInAsync(server);
        var address = await InviteAsync(parent, circle);
        var taken = await InviteAsync(second, circle);
        var open = WebUtility.HtmlDecode(await second.ReadAsync(circle.Invitations));
        Assert.Contains(Say.Fill(ChildsCircleText.MadeBy, "Sam"), open);
        Assert.Contains(Say.Fill(ChildsCircleText.MadeBy, "Maya Castellanos"), open);
        Assert.Contains(Say.Fill(ChildsCircleText.AsLegend, "", Family.ChildsName), open);

        // Each takes back what the other made.
        var own = (await server.Modules.People.Invitations.ListAsync(family.Child.Id, Cancel)).Single(invitation => invitation.By == family.Home.Patient.Person.Id);
        using var back = await parent.PostAsync(circle.Invitations, circle.TakeBack, ("id", own.Id.ToString()));
        Assert.Equal(circle.Invitations + "?done=back", back.Headers.Location?.ToString());

        using var friend = await family.Home.Stranger.SignInAsync(server);
        Assert.Equal(HttpStatusCode.NotFound, (await BringAsync(friend, taken)).Status);
        var (status, seen) = await BringAsync(friend, address);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(Say.Fill(ChildsCircleText.InvitesYou, Family.ChildsName, "Sam"), seen);
        Assert.Contains(Say.Fill(ChildsCircleText.From, Family.ChildsName, "Sam"), seen);
        using var accepted = await friend.PostAsync(CirclePlaces.Invitation, CirclePlaces.Accept);
        Assert.Equal(CirclePlaces.Mine + "?done=joined", accepted.Headers.Location?.ToString());
        Assert.Contains(Family.ChildsName, WebUtility.HtmlDecode(await friend.ReadAsync(CirclePlaces.Mine)));
        var page = await second.ReadAsync(circle.Home);
        Assert.Contains("Mallory", page);
        Assert.Contains(CircleText.Friend, page, StringComparison.OrdinalIgnoreCase);

        // They are in the child's circle, and in nobody else's.
        Assert.DoesNotContain("Mallory", await second.ReadAsync("/circle"));
        using var left = await friend.PostAsync(CirclePlaces.Mine, CirclePlaces.Leave, ("patient", family.Record.ToString()));
        Assert.Contains(Say.Fill(ChildsCircleText.LeftCircle, "Mallory", Family.ChildsName, Say.Day(server.Clock.GetUtcNow())), WebUtility.HtmlDecode(await second.ReadAsync(circle.Home)));
        using var dismissed = await parent.PostAsync(circle.Home, circle.Left, ("who", family.Home.Stranger.Person.Id.ToString()));
        Assert.DoesNotContain("Mallory", await second.ReadAsync(circle.Home));
    }

    /// <summary>Whoever keeps the link of an invitation could put somebody around the child whom its parents do not know of.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnInvitationIsNoneOnceWhoMadeItLooksAfterTheChildNoMore(bool isLetIn)
    {
        var (family, circle) = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        var address = await InviteAsync(parent, circle);
        using var own = await family.Parent.SignInAsync(server);
        Assert.Contains(InvitationText.YourOwn, (await BringAsync(own, address)).Text);
        if (isLetIn)
        {
            using var child = await family.LetInAsync(server);
            Assert.Contains(InvitationText.NoneOpen, WebUtility.HtmlDecode(await child.ReadAsync(CirclePlace.Own.Invitations)));
        }
        else
        {
            using var left = await parent.PostAsync(family.Acting, family.Acting + "/leave");
        }

        foreach (var resident in new[] { family.Parent, family.Home.Stranger })
        {
            using var visitor = await resident.SignInAsync(server);
            var (status, text) = await BringAsync(visitor, address);
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Contains(InvitationText.OverHeading, text);
        }
    }

    [Fact]
    public async Task NobodyIsInvitedAsThePartnerOrTheChildOfASmallChild()
    {
        var (family, circle) = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        var page = await parent.ReadAsync(circle.Invitations);
        Assert.Contains("value=\"sibling\"", page);
        Assert.DoesNotContain("value=\"partner\"", page);
        Assert.DoesNotContain("value=\"child\"", page);
        using var patient = await family.Home.Patient.SignInAsync(server);
        Assert.Contains("value=\"partner\"", await patient.ReadAsync(CirclePlace.Own.Invitations));
    }

    [Fact]
    public async Task WhoIsTakenOutSeesNothingMoreOfWhatThisParentSharedAndIsOutOfTheConversations()
    {
        var (family, circle) = await MoveInAsync();
        await family.BringAsync(server, Household.DemoRecord());
        using var parent = await family.Parent.SignInAsync(server);
        using var second = await family.Home.Patient.SignInAsync(server);
        using var doctor = await family.Home.Doctor.SignInAsync(server);
        await PassOnAsync(parent, family, family.Home.Doctor);
        var talk = await BeginAsync(parent, "her knee", [("about", family.Record.ToString()), ("with", family.Home.Doctor.Person.Reference)]);
        Assert.Equal(HttpStatusCode.OK, (await doctor.GetAsync(talk)).StatusCode);
        var reference = family.Home.Doctor.Person.Reference;

        // What the other parent agreed to is theirs to stop.
        var others = WebUtility.HtmlDecode(await second.ReadAsync(circle.RemoveOf(reference)));
        Assert.Contains(Say.Fill(ChildsCircleText.RemoveHeading, "Dr Lee", Family.ChildsName), others);
        Assert.Contains(Say.Fill(ChildsCircleText.OthersStay, "", Family.ChildsName), others);
        Assert.DoesNotContain("name=\"sharing\"", others);
        var page = WebUtility.HtmlDecode(await parent.ReadAsync(circle.RemoveOf(reference)));
        Assert.Contains("name=\"sharing\"", page);
        Assert.Contains(Say.Count(ChildsCircleText.TakeOut, 1, Family.ChildsName), page);

        using var removed = await parent.PostAsync(circle.Home, circle.Remove, ("who", reference), ("sharing", "stop"), ("talks", "part"));
        Assert.Equal(circle.Home + "?done=removed-and-stopped", removed.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync($"/shared/{family.Record}/summary")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await doctor.GetAsync(talk)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync(talk)).StatusCode);
        Assert.DoesNotContain("Dr Lee", await second.ReadAsync(circle.Home));
        Assert.Empty(await (await family.OpenOwnAsync(server)).CheckAsync(Cancel));
    }

    [Fact]
    public async Task WhoIsBlockedForTheChildReachesTheChildNoMoreAndItsParentAsBefore()
    {
        var (family, circle) = await MoveInAsync();
        var people = server.Modules.People;
        await people.Circle.AddAsync(family.Record, family.Home.Stranger.Person.Id, "friend", Cancel);
        using var parent = await family.Parent.SignInAsync(server);
        using var second = await family.Home.Patient.SignInAsync(server);
        using var friend = await family.Home.Stranger.SignInAsync(server);
        var talk = await BeginAsync(friend, "her birthday", [("about", family.Record.ToString()), ("with", $"Patient/{family.Record}")]);

        using var found = await parent.PostAsync(circle.Blocked, circle.Blocked, ("name", family.Home.Stranger.SignInName));
        var place = found.Headers.Location!.ToString();
        Assert.StartsWith(circle.Block, place);
        Assert.Contains(Say.Fill(ChildsCircleText.BlockHeading, "Mallory", Family.ChildsName), WebUtility.HtmlDecode(await parent.ReadAsync(place)));
        using var blocked = await parent.PostAsync(circle.Blocked, circle.Block, ("who", place.Split("who=")[1]), ("remove", "on"), ("talks", "part"));
        Assert.Equal(circle.Blocked + "?done=blocked", blocked.Headers.Location?.ToString());
        var list = WebUtility.HtmlDecode(await second.ReadAsync(circle.Blocked));
        Assert.Contains("Mallory", list);
        Assert.Contains(Say.Fill(ChildsCircleText.MadeBy, "Sam"), list);
        Assert.DoesNotContain("Mallory", await parent.ReadAsync(CirclePlace.Own.Blocked));
        Assert.True(await people.Blocks.IsBlockedAsync(family.Child.Id, family.Home.Stranger.Person.Id, Cancel));
        Assert.False(await people.Blocks.IsBlockedAsync(family.Parent.Person.Id, family.Home.Stranger.Person.Id, Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await friend.GetAsync(talk)).StatusCode);
        using var again = await friend.PostAsync("/account", "/conversations/new", ("about", family.Record.ToString()), ("with", $"Patient/{family.Record}"), ("subject", "again"), ("topic", "General"), ("step", "on"));
        Assert.NotEqual(HttpStatusCode.SeeOther, again.StatusCode);

        // The other parent ends it; the child finds what was done for it when it is let in.
        using var unblocked = await second.PostAsync(circle.Blocked, circle.Unblock, ("who", family.Home.Stranger.Person.Id.ToString()));
        Assert.Equal(circle.Blocked + "?done=unblocked", unblocked.Headers.Location?.ToString());
        await people.Blocks.AddAsync(family.Child, family.Home.Stranger.Person, Cancel, family.Home.Patient.Person.Id);
        using var child = await family.LetInAsync(server);
        Assert.Contains(Say.Fill(ChildsCircleText.MadeBy, "Maya Castellanos"), WebUtility.HtmlDecode(await child.ReadAsync(CirclePlace.Own.Blocked)));
    }

    [Fact]
    public async Task NobodyPartsForTheChildFromWhoLooksAfterItOrFromTheChild()
    {
        var (family, circle) = await MoveInAsync();
        using var parent = await family.Parent.SignInAsync(server);
        foreach (var person in new[] { family.Home.Patient.Person, family.Parent.Person, family.Child })
        {
            foreach (var path in new[] { circle.RemoveOf(person.Reference), circle.BlockOf(person.Reference), circle.BlockOf(server.Modules.People.Introductions.Of(family.Parent.Person.Id, person.Reference)) })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await parent.GetAsync(path)).StatusCode);
            }

            using var removed = await parent.PostAsync(circle.Home, circle.Remove, ("who", person.Reference));
            using var blocked = await parent.PostAsync(circle.Home, circle.Block, ("who", person.Reference));
            using var named = await parent.PostAsync(circle.Blocked, circle.Blocked, ("name", person.SignInName));
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity), (removed.StatusCode, blocked.StatusCode, named.StatusCode));
        }

        Assert.Equal(2, (await server.Modules.People.Circle.OfPatientAsync(family.Record, Cancel)).Count(member => member.Relationship == "parent"));
        Assert.Empty(await server.Modules.People.Blocks.ListAsync(family.Child.Id, Cancel));
    }

    [Fact]
    public async Task ToEverybodyElseThereIsNoneAndItEndsWhenTheChildIsLetIn()
    {
        var (family, circle) = await MoveInAsync();
        foreach (var resident in new[] { family.Home.Doctor, family.Home.Stranger, family.Officer })
        {
            using var visitor = await resident.SignInAsync(server);
            await SeesNothingAsync(visitor, family, circle);
        }

        using var parent = await family.Parent.SignInAsync(server);
        using var child = await family.LetInAsync(server);
        await SeesNothingAsync(parent, family, circle);
        Assert.DoesNotContain(circle.Home, await parent.ReadAsync(family.Acting));
        Assert.Contains("Dr Lee", await child.ReadAsync("/circle"));
    }

    private async Task SeesNothingAsync(FormVisitor visitor, Family family, CirclePlace circle)
    {
        var (doctor, stranger) = (family.Home.Doctor.Person, family.Home.Stranger.Person);
        foreach (var path in new[] { circle.Home, circle.Invitations, circle.Made, circle.Blocked, circle.RemoveOf(doctor.Reference), circle.BlockOf(doctor.Reference) })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(path)).StatusCode);
        }

        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            (circle.Invitations, [("as", "friend"), ("days", "7")]), (circle.TakeBack, [("id", Data.LocalId.New().ToString())]), (circle.Left, [("who", doctor.Id.ToString())]),
            (circle.Remove, [("who", doctor.Reference), ("sharing", "stop")]), (circle.Block, [("who", doctor.Reference)]), (circle.Blocked, [("name", "dr-lee")]), (circle.Unblock, [("who", stranger.Id.ToString())]),
        })
        {
            using var refused = await visitor.PostAsync("/account", path, fields);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        Assert.Contains(await server.Modules.People.Circle.OfPatientAsync(family.Record, Cancel), member => member.Person.Id == doctor.Id);
        Assert.Empty(await server.Modules.People.Blocks.ListAsync(family.Child.Id, Cancel));
    }

    /// <summary>A child with two parents, and with a doctor in its circle.</summary>
    private async Task<(Family Family, CirclePlace Circle)> MoveInAsync()
    {
        var family = await Family.MoveInAsync(server);
        await family.AddParentAsync(server, family.Home.Patient);
        await server.Modules.People.Circle.AddAsync(family.Record, family.Home.Doctor.Person.Id, "doctor", Cancel);
        return (family, new CirclePlace(family.Acting + "/circle", Family.ChildsName));
    }

    private static async Task PassOnAsync(FormVisitor parent, Family family, Resident to)
    {
        using var passed = await parent.PostAsync("/account", family.Acting + "/pass-on", ("who", to.Person.Reference), ("step", "on"));
        Assert.EndsWith("?done=passed", passed.Headers.Location?.ToString());
    }

    private static async Task<string> InviteAsync(FormVisitor parent, CirclePlace circle)
    {
        using var made = await parent.PostAsync(circle.Invitations, circle.Invitations, ("as", "friend"), ("days", "7"));
        Assert.Equal(circle.Made, made.Headers.Location?.ToString());
        return Address().Match(WebUtility.HtmlDecode(await parent.ReadAsync(circle.Made))).Groups["address"].Value;
    }

    private static async Task<(HttpStatusCode Status, string Text)> BringAsync(FormVisitor guest, string address)
    {
        using var brought = await guest.PostAsync(CirclePlaces.Join, CirclePlaces.Join, ("invitation", address));
        using var seen = await guest.GetAsync(CirclePlaces.Invitation);
        return (seen.StatusCode, WebUtility.HtmlDecode(await seen.Content.ReadAsStringAsync(Cancel)));
    }

    [GeneratedRegex("class=\"address\">(?<address>[^<]+)<", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex("/circle/remove\\?who=", RegexOptions.NonBacktracking)]
    private static partial Regex Remove();
}
