using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Offline;

/// <summary>Whoever sends a message by a program may ask that it is not sent where its words may mean an emergency.</summary>
public sealed class UnlessUrgentTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_not_sent_and_the_same_key_sends_it_when_its_writer_is_sure()
    {
        const string urgent = "I cannot breathe and have a crushing pain in my chest";
        var maya = await server.AddPatientAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        await server.Modules.People.Circle.AddAsync(maya.Record, home.Doctor.Person.Id, "doctor", Cancel);
        var begun = await maya.Client.PostAsJsonAsync("/api/conversations", new { with = new[] { home.Doctor.Person.Reference }, subject = "x" }, Cancel);
        var id = (await begun.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendAsync(new { text = urgent, unlessUrgent = true }, "one"));
        Assert.Equal(0, await CountAsync(urgent));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(new { text = urgent }, "one"));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(new { text = "my shoe is untied", unlessUrgent = true }, "two"));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(new { text = "my shoe is untied", unlessUrgent = true }, "two"));
        Assert.Equal((1, 1), (await CountAsync(urgent), await CountAsync("my shoe is untied")));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(new { text = "x", unlessUrgent = "yes" }, "three"));

        async Task<HttpStatusCode> SendAsync(object body, string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{id}/messages") { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", key } } };
            using var answer = await maya.Client.SendAsync(request, Cancel);
            return answer.StatusCode;
        }

        async Task<int> CountAsync(string words) => (await maya.Client.GetStringAsync($"/api/conversations/{id}/messages", Cancel)).Split(words).Length - 1;
    }
}
