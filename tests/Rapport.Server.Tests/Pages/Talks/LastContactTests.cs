using Rapport.Consent;
using Rapport.Language;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>When somebody and a patient last had to do with each other, messages among it.</summary>
public sealed class LastContactTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_message_either_way_stands_with_each_in_the_circle_and_with_nobody_else()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server);
        using var patient = await world.Home.Patient.SignInAsync(server);
        using var doctor = await world.Home.Doctor.SignInAsync(server);
        var place = await BeginAsync(patient, "knee", [("with", world.Home.Doctor.Person.Reference)]);
        Assert.DoesNotContain(Html(Say.Fill(CircleText.WroteLast, "")).Split('.')[0], await patient.ReadAsync(CirclePlaces.All));
        await SaidAsync(patient, place, "hello");
        var wrote = Html(Say.Fill(CircleText.WroteLast, Say.Moment(server.Clock.GetUtcNow())));
        Assert.Equal(2, (await patient.ReadAsync(CirclePlaces.All)).Split(wrote).Length);

        server.Clock.Advance(TimeSpan.FromDays(2));
        using var again = await world.Home.Doctor.SignInAsync(server);
        await SaidAsync(again, place, "answer");
        using var back = await world.Home.Patient.SignInAsync(server);
        var answered = Html(Say.Fill(CircleText.WroteLast, Say.Moment(server.Clock.GetUtcNow())));
        var page = await back.ReadAsync(CirclePlaces.All);
        Assert.Equal(2, page.Split(answered).Length);
        Assert.DoesNotContain(wrote, page);
    }

    /// <summary>With the agreement by which somebody had looked the look was gone from their place in the circle, as if they had never looked; and a look by an agreement with somebody's team was nobody's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_look_stays_when_the_agreement_has_ended_and_is_theirs_who_looked(bool byTeam)
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var world = await TalkHome.MoveInAsync(server, withRecord: true);
        var (home, own) = (world.Home, await world.Home.Patient.OpenAsync(server));
        var to = byTeam ? (Reference: $"CareTeam/{world.Team.Id}", Name: world.TeamTitle) : (home.Doctor.Person.Reference, Name: "Dr Lee");
        var terms = new SharingTerms { Recipient = to.Reference, RecipientName = to.Name, Purpose = PurposeOfUse.Treatment };
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, server.Clock.GetUtcNow()), null, Cancel);
        using var patient = await home.Patient.SignInAsync(server);
        using var doctor = await home.Doctor.SignInAsync(server);
        server.Clock.Advance(TimeSpan.FromMinutes(5));
        using var looked = await doctor.GetAsync($"/shared/{own.Patient}?for=TREAT");
        Assert.Equal(System.Net.HttpStatusCode.OK, looked.StatusCode);
        var at = Html(Say.Fill(CircleText.LookedLast, Say.Moment(server.Clock.GetUtcNow())));
        Assert.Equal(byTeam ? 3 : 2, (await patient.ReadAsync(CirclePlaces.All)).Split(at).Length);
        server.Clock.Advance(TimeSpan.FromMinutes(5));
        var stored = Assert.Single(await own.ConsentsAsync(Cancel));
        await own.PutConsentAsync(Data.LocalId.Parse(stored.Entry.Id.Split('.')[1]), ConsentJson.Ended(stored.Resource), null, Cancel);
        var page = await patient.ReadAsync(CirclePlaces.All);
        Assert.Equal(2, page.Split(at).Length);
        Assert.DoesNotContain(Html(CircleText.NotLookedYet), page);
    }
}
