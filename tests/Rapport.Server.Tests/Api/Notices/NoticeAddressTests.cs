using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Rapport.People;
using Rapport.Server.Tests.Notices;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Api.Notices;

/// <summary>A browser that has got another address for notices gives it to the server: in the session that gave the one before, and nowhere else.</summary>
public sealed class NoticeAddressTests
{
    private const string Home = "/account/notices", Path = "/api/notices/address";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_session_that_gave_an_address_puts_another_in_its_place()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var before = new PushBrowser();
        using var after = new PushBrowser();
        await TurnOnAsync(world, visitor, "/before", before);
        Assert.Equal(HttpStatusCode.NoContent, await MoveAsync(world, visitor, "/after", after));
        var choices = await world.ChoicesAsync(world.People.Ada);
        Assert.Equal(NoticeTempo.AtOnce, choices.TempoOf(NoticeTopic.Circle, NoticeWay.Push));
        await world.SayAsync(world.People.Doctor, "zqsecret");
        await world.PassAsync();
        var got = Assert.Single(world.Push.Got);
        Assert.Equal(("/after", "Something waits for you in Rapport"), (got.Path, after.Read(got.Body)));

        // Again, and it is the same; whatever page of the device shows nothing of it.
        Assert.Equal(HttpStatusCode.NoContent, await MoveAsync(world, visitor, "/after", after));
        Assert.Single((await world.ChoicesAsync(world.People.Ada)).Devices);
        Assert.DoesNotContain("/after", world.Logged);
    }

    [Fact]
    public async Task No_other_session_and_no_program_puts_an_address_in_its_place()
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var keys = new PushBrowser();
        await TurnOnAsync(world, visitor, "/before", keys);
        using (var elsewhere = new FormVisitor(world.Server))
        using (await elsewhere.SignInAsync(world.People.Ada.Person.SignInName))
        {
            Assert.Equal(HttpStatusCode.NotFound, await MoveAsync(world, elsewhere, "/other", keys));
        }

        using (var doctor = await world.SignInAsync(world.People.Doctor))
        {
            Assert.Equal(HttpStatusCode.NotFound, await MoveAsync(world, doctor, "/other", keys));
        }

        using (var nobody = new FormVisitor(world.Server))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await MoveAsync(world, nobody, "/other", keys));
        }

        using (var program = Request(world, "/other", keys))
        using (var answer = await world.People.Ada.Client.SendAsync(program, Cancel))
        {
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        // A page of somebody else's makes this browser send its cookie.
        using (var foreign = Request(world, "/other", keys))
        {
            foreign.Headers.Remove("Sec-Fetch-Site");
            foreign.Headers.Add("Sec-Fetch-Site", "cross-site");
            using var answer = await visitor.SendAsync(foreign);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        using (await visitor.PostAsync("/account", "/sign-out"))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await MoveAsync(world, visitor, "/other", keys));
        }

        Assert.EndsWith("/before", Assert.Single((await world.ChoicesAsync(world.People.Ada)).Devices).Address);
        Assert.Empty((await world.ChoicesAsync(world.People.Doctor)).Devices);
    }

    [Theory]
    [InlineData("http://push.example/1")]
    [InlineData("https://127.0.0.1:8443/1")]
    [InlineData("")]
    public async Task An_address_that_may_not_be_asked_changes_nothing(string address)
    {
        await using var world = await NoticeWorld.BeginAsync();
        using var visitor = await world.SignInAsync(world.People.Ada);
        using var keys = new PushBrowser();
        await TurnOnAsync(world, visitor, "/before", keys);
        using var request = Request(world, "/x", keys);
        request.Content = Json(new { address, key = keys.KeyText, secret = keys.SecretText });
        using var refused = await visitor.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var other = Request(world, "/x", keys);
        other.Content = Json(new { address = new Uri(world.Push.Address, "/x").AbsoluteUri, key = keys.SecretText, secret = keys.KeyText });
        using var keyless = await visitor.SendAsync(other);
        Assert.Equal(HttpStatusCode.BadRequest, keyless.StatusCode);
        Assert.EndsWith("/before", Assert.Single((await world.ChoicesAsync(world.People.Ada)).Devices).Address);
    }

    private static async Task TurnOnAsync(NoticeWorld world, FormVisitor visitor, string path, PushBrowser browser)
    {
        using var added = await visitor.PostAsync(Home, Home + "/devices", ("address", new Uri(world.Push.Address, path).AbsoluteUri), ("key", browser.KeyText), ("secret", browser.SecretText));
        Assert.Equal(Home + "?done=device", added.Headers.Location?.OriginalString);
    }

    private static async Task<HttpStatusCode> MoveAsync(NoticeWorld world, FormVisitor visitor, string path, PushBrowser browser)
    {
        using var request = Request(world, path, browser);
        using var answer = await visitor.SendAsync(request);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Request(NoticeWorld world, string path, PushBrowser browser) => new(HttpMethod.Post, Path)
    {
        Headers = { { "Sec-Fetch-Site", "same-origin" } },
        Content = Json(new { address = new Uri(world.Push.Address, path).AbsoluteUri, key = browser.KeyText, secret = browser.SecretText }),
    };

    private static StringContent Json<T>(T body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
}
