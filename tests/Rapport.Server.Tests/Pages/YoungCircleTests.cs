using System.Text;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Pages;

/// <summary>What the circle offers to whom their record calls a child.</summary>
public sealed class YoungCircleTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData(15, false)]
    [InlineData(40, true)]
    public async Task A_record_for_a_child_is_offered_to_who_is_grown(int age, bool isOffered)
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        var born = server.Clock.GetUtcNow().AddYears(-age).ToString("yyyy-MM-dd");
        await home.Patient.ImportAsync(server, Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient","name":[{"text":"Maya Castellanos"}],"birthDate":"{{born}}"}"""), "who I am");
        using var visitor = await home.Patient.SignInAsync(server);
        Assert.Equal(isOffered, (await visitor.ReadAsync("/circle")).Contains("/circle/child", StringComparison.Ordinal));
    }
}
