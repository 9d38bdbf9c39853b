using System.Net;
using System.Text.Json.Nodes;
using Rapport.Language;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeriesTerms;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.SeriesWalk;

namespace Rapport.Server.Tests.Pages;

/// <summary>An agreement about series says what its patient read before they agreed, whatever comes into the record meanwhile, and goes on saying it when it is changed.</summary>
public sealed class SharingSeriesAsShownTests
{
    private const string Loinc = "http://loinc.org", Lab = "urn:example:lab", Snomed = "http://snomed.info/sct";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatStaysHomeIsNotForgottenWhenAnotherEntryTakesItsCodeBeforeThePatientAgrees()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(server, Coded("Observation", "Test T", "7.1", (Loinc, "1111-1"), (Lab, "P")));
        using var patient = await home.Patient.SignInAsync(server);
        var review = await ToReviewAsync(patient, await TickAsync(patient, await ToChoiceAsync(patient, home, SeriesEndpoints.StepBut, "everything"), "but", "Test T"), "everything");
        Assert.StartsWith("/share/review", review);
        await home.Patient.ImportAsync(server, Coded("Observation", "Another test", "8.8", (Loinc, "1111-1")));

        var what = await AgreeAsync(patient, review);
        Assert.StartsWith("/share/what?draft=", what);
        Assert.Empty(await SeenAsync(server, home));
        Assert.Contains("has other codes by now", await patient.ReadAsync(what));

        // Ticked anew it stays home, and no other way leads past it.
        Assert.StartsWith("/share/what?draft=", await patient.StepAsync(what, "/share/what", ("scope", "everything"), ("step", "on")));
        var choice = await patient.StepAsync(what, "/share/what", ("scope", "everything"), ("step", SeriesEndpoints.StepBut));
        Assert.Contains("has other codes by now", await patient.ReadAsync(choice));
        review = await ToReviewAsync(patient, await TickAsync(patient, choice, "but", "Test T"), "everything");
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2", "6.1", "8.8"], await SeenAsync(server, home));
    }

    [Fact]
    public async Task ACodeThatCameAfterThePatientReadTheAgreementIsNotInIt()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(server, Coded("Observation", "Test T", "7.1", (Loinc, "1111-1")), Coded("Observation", "Very private", "9.9", (Lab, "X"), (Lab, "Y")));
        using var patient = await home.Patient.SignInAsync(server);
        var review = await ToReviewAsync(patient, await TickAsync(patient, await ToChoiceAsync(patient, home, SeriesEndpoints.StepOnly), "only", "Test T"), "series");
        await home.Patient.ImportAsync(server, Coded("Observation", "Test T", "7.2", (Loinc, "1111-1"), (Lab, "Z")));
        Assert.StartsWith("/share/what?draft=", await AgreeAsync(patient, review));
        Assert.Empty(await SeenAsync(server, home));
    }

    /// <summary>The same while the choice is made: what was ticked on a page that is older than the record is told, not passed over.</summary>
    [Fact]
    public async Task WhatWasTickedOnAnOlderPageIsNotPassedOver()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(server, Coded("Observation", "Test T", "7.1", (Loinc, "1111-1"), (Lab, "P")));
        using var patient = await home.Patient.SignInAsync(server);
        var choice = await ToChoiceAsync(patient, home, SeriesEndpoints.StepBut, "everything");
        var key = Key(Offered(WebUtility.HtmlDecode(await patient.ReadAsync(choice))), "Test T");
        await home.Patient.ImportAsync(server, Coded("Observation", "Another test", "8.8", (Loinc, "1111-1")));
        var what = await patient.StepAsync(choice, "/share/series", ("pick", "but"), ("series", key), ("step", "on"));
        Assert.Contains("has other codes by now", await patient.ReadAsync(what));
        Assert.StartsWith("/share/what?draft=", await patient.StepAsync(what, "/share/what", ("scope", "everything"), ("step", "on")));
    }

    /// <summary>Whatever else an agreement would say by the time it is agreed to is read first.</summary>
    [Fact]
    public async Task WhatIsNotAsItWasShownIsShownAgainBeforeItIsAgreedTo()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        server.Clock.Advance(new TimeSpan(11, 55, 0));
        using var patient = await home.Patient.SignInAsync(server);
        var review = await patient.ToReviewAsync(home.Doctor, [("scope", "kinds"), ("kind", "results")], [("lasting", "months"), ("more", "on")]);
        Assert.DoesNotContain("not the same as a moment ago", await patient.ReadAsync(review));
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        var again = await AgreeAsync(patient, review);
        Assert.StartsWith("/share/review?draft=", again);
        Assert.Contains("not the same as a moment ago", await patient.ReadAsync(again));
        Assert.Empty(await SeenAsync(server, home));
        Assert.Equal("/share?done=shared", await patient.StepAsync(again, "/share", ("step", "agree")));
        Assert.Equal(["5.1", "5.2", "6.1"], await SeenAsync(server, home));
    }

    [Fact]
    public async Task ProlongingAnAgreementKeepsAllThatStaysHomeAlsoWhereTwoBeginWithOneCode()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(server, Coded("Observation", "Blood count at B", "9.1", ("urn:b", "2|3")));
        var own = await home.Patient.OpenAsync(server);
        var terms = new SharingTerms
        {
            Recipient = home.Doctor.Person.Reference, RecipientName = "Dr Lee", Purpose = "TREAT",
            ButSeries =
            [
                new NamedSeries("Blood count", [new(Loinc, "58410-2", null), new("urn:a", "1", null)]),
                new NamedSeries("Blood count", [new(Loinc, "58410-2", null), new("urn:b", "2|3", null)]),
            ],
        };
        await own.PutConsentAsync(null, terms.ToConsent(own.Patient, server.Clock.GetUtcNow()), null, Cancel);
        Assert.Equal(["5.1", "5.2", "6.1"], await SeenAsync(server, home));
        var before = await ShareWalk.ProvisionAsync(server, home);
        using var patient = await home.Patient.SignInAsync(server);
        using var change = await patient.GetAsync($"/share/change?id={(await own.ConsentsAsync(Cancel))[0].Entry.Id}&at=until");
        var review = await patient.StepAsync(change.Headers.Location!.OriginalString, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(before, await ShareWalk.ProvisionAsync(server, home));
        Assert.Equal(["5.1", "5.2", "6.1"], await SeenAsync(server, home));
    }

    /// <summary>Three things that have no code of their own are three things.</summary>
    [Fact]
    public async Task SeriesThatHaveOnlyCommonCodesAreChosenEachByItself()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(
            server, Coded("Observation", "One", "1.1", (Lab, "X"), (Lab, "Y")), Coded("Observation", "Two", "1.2", (Lab, "X"), (Lab, "Z")), Coded("Observation", "Three", "1.3", (Lab, "Y"), (Lab, "Z")));
        using var patient = await home.Patient.SignInAsync(server);
        var choice = await ToChoiceAsync(patient, home, SeriesEndpoints.StepBut, "everything");
        var review = await ToReviewAsync(patient, await TickAsync(patient, choice, "but", "One", "Two"), "everything");
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        await home.Patient.ImportAsync(server, Coded("Observation", "Four", "1.4", (Lab, "Z")));
        Assert.Equal(["5.1", "5.2", "6.1"], await SeenAsync(server, home));
    }

    /// <summary>A code goes along with the kind that was chosen: relatives have illnesses by the same codes.</summary>
    [Fact]
    public async Task SeriesOfTwoKindsGoAlongEachOfItsKindAlone()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        await home.Patient.ImportAsync(
            server, Coded("Condition", "Illness X", null, (Snomed, "1001")), Coded("Procedure", "Treatment Y", null, (Snomed, "2002")),
            Coded("Procedure", "Private X", null, (Snomed, "1001")), Coded("Condition", "Private Y", null, (Snomed, "2002")),
            Coded("Procedure", "Treatment Y", null, (Snomed, "2002")).Replace("2026-05-01", "2026-04-01", StringComparison.Ordinal).Replace("\"status\"", """
            "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]},"status"
            """, StringComparison.Ordinal));
        using var patient = await home.Patient.SignInAsync(server);
        var what = await TickAsync(patient, await ToChoiceAsync(patient, home, SeriesEndpoints.StepOnly), "only", "Illness X", "Treatment Y");
        var review = await ToReviewAsync(patient, what, "series");
        Assert.Contains(Say.Sentence(Say.Fill(SeriesTermsText.What, "Treatment Y and Illness X")), WebUtility.HtmlDecode(await patient.ReadAsync(review)));
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["Illness X", "Treatment Y"], await NamesAsync(server, home));

        // Read in words, shown with the eyes of whom it is for, and changed without a word of it being lost.
        var before = await ShareWalk.ProvisionAsync(server, home);
        Assert.Contains(Say.Fill(SeriesTermsText.What, "Treatment Y and Illness X"), WebUtility.HtmlDecode(await patient.ReadAsync("/share")));
        var seen = WebUtility.HtmlDecode(await patient.ReadAsync($"/share/see/items?who={Uri.EscapeDataString(home.Doctor.Person.Reference)}&for=TREAT&in=home.conditions"));
        Assert.Contains("Private Y", seen);
        Assert.DoesNotContain("Illness X", seen);
        review = await ToReviewAsync(patient, await patient.ToChangeAsync(), "series");
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(before, await ShareWalk.ProvisionAsync(server, home));

        // What is chosen for all of it, such as what is sensitive, holds for each kind.
        var until = await patient.StepAsync(await patient.ToChangeAsync(), "/share/what", ("scope", "series"), ("label", "PSY"), ("step", "on"));
        review = await patient.StepAsync(until, "/share/until", ("lasting", "open"), ("more", "on"), ("step", "on"));
        Assert.Equal("/share?done=changed", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["Illness X", "Treatment Y", "Treatment Y"], await NamesAsync(server, home));
    }

    [Fact]
    public async Task ASeriesIsChosenHoweverLongItsCodeIs()
    {
        var (server, home) = await MoveInAsync();
        await using var _ = server;
        var random = new Random(7);
        await home.Patient.ImportAsync(server, Coded("Observation", "Test T", "7.1", (Lab, string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)('a' + random.Next(26)))))));
        using var patient = await home.Patient.SignInAsync(server);
        var review = await ToReviewAsync(patient, await TickAsync(patient, await ToChoiceAsync(patient, home, SeriesEndpoints.StepOnly), "only", "Test T"), "series");
        Assert.Equal("/share?done=shared", await patient.StepAsync(review, "/share", ("step", "agree")));
        Assert.Equal(["7.1"], await SeenAsync(server, home));
    }

    /// <summary>Agrees on a page that was opened before something came: its form is sent as it was.</summary>
    private static async Task<string> AgreeAsync(FormVisitor patient, string review)
    {
        using var answer = await patient.PostAsync("/share/new", "/share", ("draft", ShareWalk.DraftOf(review)), ("step", "agree"));
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<string> TickAsync(FormVisitor patient, string choice, string pick, params string[] names)
    {
        var offered = Offered(WebUtility.HtmlDecode(await patient.ReadAsync(choice)));
        Assert.Superset(names.ToHashSet(), offered.Select(static series => series.Name).ToHashSet());
        return await patient.StepAsync(choice, "/share/series", [("pick", pick), .. names.Select(name => ("series", Key(offered, name))), ("step", "on")]);
    }

    /// <summary>What the doctor gets, by name.</summary>
    private static async Task<IReadOnlyList<string>> NamesAsync(RunningServer server, Household home)
    {
        var gets = await server.Modules.Records.Gate.DiscloseAsync(new DisclosureAsk(Household.ActorOf(home.Doctor.Person), home.Patient.Person.Record!.Value, "TREAT", new RecordQuery.Everything()), Cancel);
        return [.. Enumerable.Range(0, gets!.Count).Select(i => JsonNode.Parse(gets.ReadResource(i).Json.Span)!["code"]?["text"]?.GetValue<string>()).OfType<string>().Order(StringComparer.Ordinal)];
    }

    private static string Coded(string type, string name, string? value, params (string System, string Code)[] codes) => $$"""
        {"resourceType":"{{type}}",{{(type == "Condition" ? "\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]}," : $"\"status\":\"{(type == "Observation" ? "final" : "completed")}\",")}}
         "code":{"coding":[{{string.Join(',', codes.Select(static code => $"{{\"system\":\"{code.System}\",\"code\":\"{code.Code}\"}}"))}}],"text":"{{name}}"},
         {{(type == "Condition" ? "\"onsetDateTime\"" : type == "Procedure" ? "\"performedDateTime\"" : "\"effectiveDateTime\"")}}:"2026-05-0{{codes.Length}}",{{(value is null ? "" : $"\"valueQuantity\":{{\"value\":{value},\"unit\":\"%\"}},")}}
         "subject":{"display":"Maya"} }
        """;
}
