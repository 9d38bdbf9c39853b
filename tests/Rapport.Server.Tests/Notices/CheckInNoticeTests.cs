using System.Net;
using Rapport.Server.Tests.Api.Conversations;

namespace Rapport.Server.Tests.Notices;

/// <summary>Whoever is asked again each day is told so, in the morning, while they have not answered.</summary>
public sealed class CheckInNoticeTests
{
    [Fact]
    public async Task What_is_asked_again_is_told_once_each_time_in_the_morning_and_to_nobody_who_is_not_asked()
    {
        await using var world = await NoticeWorld.BeginAsync();
        await world.TurnOnAsync(world.People.Ada, "/ada");
        await world.TurnOnAsync(world.People.Doctor, "/doctor");
        var asked = await TalkWorld.PostAsync(
            world.People.Doctor.Client, $"/api/conversations/{world.Talk}/check-ins",
            """{"questionnaire":{"resourceType":"Questionnaire","title":"zqsecret","status":"active","item":[{"linkId":"a","text":"Well?","type":"boolean"}]},"every":"day","until":"2026-06-05"}""");
        Assert.Equal(HttpStatusCode.Created, asked.Status);
        await world.PassAsync();
        Assert.Single(world.Push.Got);
        await world.ReadAsync(world.People.Ada);

        await world.PassAsync(TimeSpan.FromHours(20));
        await world.PassAsync();
        Assert.Single(world.Push.Got);
        await world.PassAsync(TimeSpan.FromHours(1));
        await world.PassAsync();
        Assert.Equal(2, world.Push.Got.Count);
        await world.PassAsync(TimeSpan.FromHours(2));
        await world.PassAsync();
        Assert.Equal(2, world.Push.Got.Count);

        await world.PassAsync(TimeSpan.FromDays(1));
        await world.PassAsync();
        Assert.Equal(3, world.Push.Got.Count);
        Assert.DoesNotContain("zqsecret", world.Logged);
    }
}
