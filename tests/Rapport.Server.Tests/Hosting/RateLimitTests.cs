using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rapport.Language;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Problems;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Hosting;

/// <summary>Guessing is slowed down.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task SigningInTooOftenIsRefusedWithAWaitingTime()
    {
        await using var server = new RunningServer { SignInsAtOnce = 5 };
        await server.InitializeAsync();
        var client = server.Client();
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage last = null!;
        for (var i = 0; i < 6; i++)
        {
            last = await client.PostAsync("/sign-in", new FormUrlEncodedContent([]), TestContext.Current.CancellationToken);
            statuses.Add(last.StatusCode);
        }

        Assert.DoesNotContain(HttpStatusCode.TooManyRequests, statuses.SkipLast(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, last.StatusCode);
        Assert.True(last.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health", TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>Whatever takes in more than a form does is held in memory: whoever sends a lot of it at once waits.</summary>
    [Fact]
    public async Task WhateverTakesInMuchIsLimited()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        Assert.All(
            server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(static endpoint => endpoint.RoutePattern.RawText is "/acting/{patient}/by-hand" or "/shared/{patient}/added/by-hand" or "/acting/{patient}/pass-on" or "/shared/{patient}/pass-on" && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST")),
            static endpoint => Assert.Equal(RateLimits.Acting, endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName));
        var large = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { } size && !(size.MaxRequestBodySize <= Limits.MaxBodyBytes)).ToList();
        Assert.True(large.Count >= 5);
        Assert.All(large, static endpoint => Assert.True(endpoint.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null, endpoint.RoutePattern.RawText));
    }

    /// <summary>Who acts for a patient writes as often as a person does, and not as often as a program: each note is a source that the patient would take back alone.</summary>
    [Fact]
    public async Task NobodyFillsARecordOfSomebodyElseByHand()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        var own = await home.Patient.OpenAsync(server);
        var terms = new Server.Pages.Acting.ActingTerms(
            new Server.Pages.Sharing.SharingTerms { Recipient = home.Carer.Person.Reference, RecipientName = "Sam", Purpose = Consent.PurposeOfUse.ActingForPatient }, [Consent.ConsentAction.Access, Consent.ConsentAction.Collect], Consent.Delegation.Delegatee);
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, "Maya", server.Clock.GetUtcNow()), null, TestContext.Current.CancellationToken);
        using var carer = await home.Carer.SignInAsync(server);
        var page = $"/acting/{own.Patient}/by-hand";
        var token = await carer.TokenAsync(page);
        var now = server.Clock.GetUtcNow();
        for (var written = 0; ; written++)
        {
            using var answer = await carer.PostWithAsync(
                page, ("__RequestVerificationToken", token), ("what", "note"), ("value", "a note"), ("text", $"note {written}"), ("day", now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("time", now.ToString("HH:mm", CultureInfo.InvariantCulture)));
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal(RateLimits.ActsAtOnce, written);
                break;
            }

            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        }

        Assert.Equal(RateLimits.ActsAtOnce, (await own.SourcesAsync(TestContext.Current.CancellationToken)).Count);
    }

    /// <summary>A file that somebody brings is a source as a note is: only how many at once had a limit, so somebody who may add could fill the disk.</summary>
    [Fact]
    public async Task NobodyFillsARecordOfSomebodyElseWithFiles()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        var own = await home.Patient.OpenAsync(server);
        using var patient = await home.Patient.SignInAsync(server);
        await patient.ShareAsync(home.Doctor, [("kind", "results")], [("lasting", "open"), ("more", "on"), ("may", "collect")]);
        using var doctor = await home.Doctor.SignInAsync(server);
        var page = $"/shared/{own.Patient}/added/file";
        var token = await doctor.TokenAsync(page);
        for (var brought = 0; brought <= RateLimits.ActsAtOnce; brought++)
        {
            var file = Encoding.UTF8.GetBytes($$"""{"resourceType":"Observation","status":"final","code":{"text":"Note {{brought}}"},"valueString":"{{brought}}"}""");
            using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" }, { new StringContent("on"), "about" }, { new ByteArrayContent(file), "file", $"note-{brought}.json" } };
            using var answer = await doctor.PostWithAsync(page, form);
            Assert.Equal(brought < RateLimits.ActsAtOnce ? HttpStatusCode.SeeOther : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }

        Assert.Equal(RateLimits.ActsAtOnce, (await own.SourcesAsync(TestContext.Current.CancellationToken)).Count);
    }

    /// <summary>A child's record is an account and a record; laying it down again once gave room for the next, without end.</summary>
    [Fact]
    public async Task NobodyBeginsRecordsForChildrenWithoutEnd()
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var home = await Household.MoveInAsync(server, withRecord: false);
        using var parent = await home.Carer.SignInAsync(server);
        var token = await parent.TokenAsync("/circle/child");
        var born = server.Clock.GetUtcNow().AddYears(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        for (var begun = 0; ; begun++)
        {
            using var answer = await parent.PostWithAsync("/circle/child", new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("name", "Lena"), new("born", born), new("role", "PRN"), new("lawful", "on")]));
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.Equal(RateLimits.ChildrenAtOnce, begun);
                break;
            }

            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            using var left = await parent.PostWithAsync(answer.Headers.Location!.ToString().Split('?')[0] + "/leave", new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("nobody", "on")]));
            Assert.Equal("/circle", left.Headers.Location!.ToString());
        }
    }

    /// <summary>Each whole record on paper reads thousands of entries; one person once could have as many as they liked.</summary>
    [Theory]
    [InlineData("en")]
    [InlineData("es")]
    public async Task WholeRecordsForPaperAreCalmlyRefusedWhenOnePersonAsksForTooMany(string code)
    {
        await using var server = new RunningServer();
        await server.InitializeAsync();
        var (home, other) = (await Household.MoveInAsync(server), await Household.MoveInAsync(server));
        var language = Languages.Find(code)!;
        await server.Modules.People.Accounts.SetLanguageAsync(home.Patient.Person.Id, language, TestContext.Current.CancellationToken);
        using var visitor = new FormVisitor(server);
        await visitor.SignInAsync(home.Patient.SignInName);
        for (var i = 0; i < RateLimits.PapersAtOnce; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/record/print?all=1")).StatusCode);
        }

        var refused = await visitor.GetAsync("/record/print?all=1");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        CultureInfo.CurrentUICulture = language.Culture;
        Assert.Contains(ProblemText.OneMomentText, WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/record/print")).StatusCode);

        using var neighbour = new FormVisitor(server);
        await neighbour.SignInAsync(other.Patient.SignInName);
        Assert.Equal(HttpStatusCode.OK, (await neighbour.GetAsync("/record/print?all=1")).StatusCode);
    }
}
