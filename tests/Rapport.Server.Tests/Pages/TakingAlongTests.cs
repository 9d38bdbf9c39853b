using System.Net;
using Rapport.Server.Pages.Account;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>Taking the record along after a while: who one is is asked first, and then the file can be had.</summary>
public sealed class TakingAlongTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task AfterAWhileWhoOneIsIsAskedAndThenThePageOffersTheFile()
    {
        var home = await Household.MoveInAsync(server);
        using var visitor = await home.Patient.SignInAsync(server);
        using var soon = await visitor.GetAsync("/account/record.json");
        Assert.Equal(HttpStatusCode.OK, soon.StatusCode);

        server.Clock.Advance(TimeSpan.FromMinutes(15));
        using var asked = await visitor.GetAsync("/account/record.json");
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
        var confirm = asked.Headers.Location!.ToString();
        Assert.Contains($"<a href=\"/account\">{AccountText.NotNow}</a>", await visitor.ReadAsync(confirm));
        Assert.DoesNotContain(AccountText.MayTake, await visitor.ReadAsync("/account?take=1"));

        using var confirmed = await visitor.PostAsync(confirm, "/confirm", ("then", Uri.UnescapeDataString(confirm[(confirm.IndexOf('=', StringComparison.Ordinal) + 1)..])), ("password", Household.Password));
        Assert.Equal("/account?take=1#leave", confirmed.Headers.Location!.ToString());
        Assert.Contains(AccountText.MayTake, await visitor.ReadAsync("/account?take=1"));
        using var file = await visitor.GetAsync("/account/record.json");
        Assert.Equal((HttpStatusCode.OK, "attachment"), (file.StatusCode, file.Content.Headers.ContentDisposition!.DispositionType));
    }
}
