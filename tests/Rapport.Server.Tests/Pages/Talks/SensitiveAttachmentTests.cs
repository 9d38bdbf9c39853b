using System.Net;
using Rapport.Records;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Tests.Hosting;
using static Rapport.Server.Tests.Pages.Talks.TalkHome;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>Who writes to their psychiatrist can attach the diagnosis: it stands apart, is never chosen by itself, and goes along only when its patient says once more that these people may see it.</summary>
public sealed class SensitiveAttachmentTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_marked_as_sensitive_stands_apart_and_goes_along_only_when_it_is_said_once_more_who_may_see_it()
    {
        var (home, patient, own, place, entry, hidden) = await BeginAsync();
        using var signedIn = patient;
        using var doctor = await home.Doctor.SignInAsync(server);
        var offered = await ReadAsync(await StepAsync(patient, place, "attach", "about this"));
        var (apart, at) = (offered.IndexOf("<details", StringComparison.Ordinal), offered.IndexOf($"value=\"{hidden}\"", StringComparison.Ordinal));
        Assert.True(apart > 0 && at > apart && at < offered.IndexOf("</details>", StringComparison.Ordinal), offered);
        Assert.DoesNotContain("checked", offered[apart..]);
        Assert.Contains("HIV", offered[apart..]);

        var preview = await ReadAsync(await StepAsync(patient, place, "preview", "about this", ("attach", entry), ("attach", hidden)));
        Assert.Contains($"name=\"attach\" value=\"{hidden}\"", preview);
        Assert.Contains("name=\"agree\"", preview);
        Assert.Contains("Dr Lee", preview);
        Assert.DoesNotContain("name=\"agree\"", await ReadAsync(await StepAsync(patient, place, "preview", "about this", ("attach", entry))));

        using var missing = await StepAsync(patient, place, "attached", "about this", ("attach", entry), ("attach", hidden));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, missing.StatusCode);
        Assert.Contains(Html(ConversationText.AttachSensitiveMissing), await ReadAsync(missing));
        var agreed = await ReadAsync(await StepAsync(patient, place, "attached", "about this", ("attach", entry), ("attach", hidden), ("agree", "yes")));
        Assert.Contains($"name=\"agreed\" value=\"{hidden}\"", agreed);
        Assert.DoesNotContain($"name=\"agreed\" value=\"{entry}\"", agreed);
        Assert.Empty(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));

        await SaidAsync(patient, place, "about this", ("attach", entry), ("attach", hidden), ("agreed", hidden));
        Assert.Contains($"href=\"/record/{hidden}\"", await patient.ReadAsync(place));
        Assert.Contains("immunodeficiency", await doctor.ReadAsync($"{place}/attached/2/1"), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>It may have been marked between choosing and sending: nothing goes along that nobody asked about.</summary>
    [Fact]
    public async Task What_was_not_agreed_to_is_asked_about_before_the_message_is_sent()
    {
        var (_, patient, own, place, entry, hidden) = await BeginAsync();
        using var signedIn = patient;
        var asked = await ReadAsync(await StepAsync(patient, place, "send", "about this", ("sure", "yes"), ("attach", entry), ("attach", hidden)));
        Assert.Contains("name=\"agree\"", asked);
        Assert.Contains("about this", asked);
        Assert.DoesNotContain("about this", await patient.ReadAsync(place));
        Assert.Empty(await own.ConsentsAsync(static consent => consent.Attached is not null, Cancel));

        // Words that may mean an emergency come between: what was agreed to is not asked again.
        var urgent = await ReadAsync(await StepAsync(patient, place, "send", "crushing chest pain, I cannot breathe", ("attach", hidden), ("agreed", hidden)));
        Assert.Contains("tel:112", urgent);
        Assert.Contains($"name=\"agreed\" value=\"{hidden}\"", urgent);
    }

    private async Task<(Household Home, FormVisitor Patient, OwnAccess Own, string Place, string Entry, string Hidden)> BeginAsync()
    {
        var home = (await MoveInAsync(server, withRecord: true)).Home;
        var own = await home.Patient.OpenAsync(server);
        await home.Patient.ImportAsync(server, $$$"""
            {"resourceType":"Condition","subject":{"reference":"Patient/{{{own.Patient}}}"},"onsetDateTime":"2026-05-30","code":{"coding":[{"system":"http://snomed.info/sct","code":"86406008","display":"Human immunodeficiency virus infection"}]}}
            """);
        var patient = await home.Patient.SignInAsync(server);
        var place = await TalkHome.BeginAsync(patient, "my results", [("with", home.Doctor.Person.Reference)]);
        var all = (await own.QueryAsync(new RecordQuery.Timeline(50) { Types = ["Condition"] }, Cancel)).Entries;
        return (home, patient, own, place, all.First(static known => known.Labels.Count == 0).Reference, all.First(static known => known.Labels.Any(static label => label == "HIV")).Reference);
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer)
    {
        using var read = answer;
        return await read.Content.ReadAsStringAsync(Cancel);
    }
}
