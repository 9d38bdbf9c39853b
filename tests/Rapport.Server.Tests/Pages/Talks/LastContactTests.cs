using Rapport.Language;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>When somebody and a patient last had to do with each other, messages among it.</summary>
public sealed class LastContactTests
{
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
}
