using System.Net;
using Rapport.Ledger;
using Rapport.Server.Tests.Hosting;
using Rapport.Server.Tests.Pages;

namespace Rapport.Server.Tests.Visits;

/// <summary>Whoever acts for a patient is offered questions of what they may see, by the gate, and learns nothing of the patient's own lists.</summary>
public sealed class ActingVisitTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task QuestionsComeOfWhatTheyMaySeeAloneAndTheLookIsInTheLedger()
    {
        var home = await Household.MoveInAsync(server, withRecord: false);
        await home.Patient.ImportAsync(
            server,
            """{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"Lisinopril 10 MG"},"authoredOn":"2026-05-02","subject":{"display":"Maya"}}""",
            """
            {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},"valueQuantity":{"value":5.9,"unit":"mmol/L"},"effectiveDateTime":"2026-05-01",
             "referenceRange":[{"low":{"value":3.5,"unit":"mmol/L"},"high":{"value":5.1,"unit":"mmol/L"}}],"subject":{"display":"Maya"}}
            """);
        var own = await home.Patient.OpenAsync(server);
        await own.Visits.MakeAsync("x", new() { With = "zqsecret", Questions = [new("zqsecret?")] }, Cancel);
        using var patient = await home.Patient.SignInAsync(server);
        using var carer = await home.Carer.SignInAsync(server);
        var place = $"/acting/{home.Patient.Person.Record}/visit";
        Assert.Equal(HttpStatusCode.NotFound, (await carer.GetAsync(place)).StatusCode);

        using var chosen = await patient.PostAsync("/share/acting", "/share/acting", ("who", home.Carer.Person.Reference), ("lasting", "year"), ("kind", "results"));
        var review = chosen.Headers.Location!.ToString();
        using var given = await patient.PostAsync(review, "/share/acting/review", ("draft", review[(review.IndexOf("draft=", StringComparison.Ordinal) + 6)..]), ("step", "agree"));
        Assert.Equal("/share?done=acting", given.Headers.Location!.ToString());
        var before = (await own.HistoryAsync(Cancel)).Deeds.Count;
        var page = WebUtility.HtmlDecode(await carer.ReadAsync(place));
        Assert.Contains("My result for potassium was 5.9 mmol/L", page);
        Assert.DoesNotContain("Lisinopril", page);
        Assert.DoesNotContain("zqsecret", page);
        Assert.Equal(before + 1, (await own.HistoryAsync(Cancel)).Deeds.Count);
        Assert.Equal(LedgerKind.Disclosed, (await own.ReadLedgerAsync(null, 1, Cancel))[0].Details!.Kind);
        Assert.Contains(place, await carer.ReadAsync($"/acting/{home.Patient.Person.Record}"));
        Assert.Equal(HttpStatusCode.NotFound, (await patient.GetAsync(place)).StatusCode);
    }
}
