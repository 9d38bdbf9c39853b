using System.Text;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Server.Tests.Pages;

/// <summary>References stand in what is shared with others, in what a link gives, in ledgers: whoever has one is not told whose it is.</summary>
public sealed class NamesByReferenceTests(BrowserFixture browser)
{
    private const string Name = "Zebulon Quist";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_has_the_reference_of_somebody_they_do_not_know_is_not_told_their_name()
    {
        await using var guest = await browser.VisitAsync();
        var server = guest.Server;
        var home = await Household.MoveInAsync(server, withRecord: false);
        var other = (await Household.MoveInAsync(server, withRecord: false, name: Name)).Patient;
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);
        foreach (var reference in new[] { other.Person.Reference, $"RelatedPerson/{other.Person.Id}", $"Patient/{other.Person.Record}" })
        {
            Assert.DoesNotContain(Name, await patient.ReadAsync($"/share/new?who={reference}"));
            Assert.DoesNotContain(Name, await patient.ReadAsync($"/share/acting?who={reference}"));
            var address = await patient.StepAsync("/share/new", "/share/new", ("who", reference), ("aim", "help"), ("step", "on"));
            Assert.StartsWith("/share/new?draft=", address);
            Assert.DoesNotContain(Name, await patient.ReadAsync(address));
            Assert.Equal(await LengthAsync($"/share/new?who={reference}"), await LengthAsync($"/share/new?who={reference[..^4]}zzzz"));

            // A program may name anybody in a consent of one's own: that tells no name either.
            var consent = $$$"""
                {"resourceType":"Consent","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
                 "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"patient":{"reference":"Patient/{{{home.Patient.Person.Record}}}"},"policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
                 "provision":{"type":"permit","actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"{{{reference}}}"}}]}}
                """;
            var own = await home.Patient.OpenAsync(server);
            Assert.Equal(ConsentWriteStatus.Created, (await own.PutConsentAsync(null, Resource.Parse(Encoding.UTF8.GetBytes(consent)).Resource!, null, Cancel)).Status);
            foreach (var page in new[] { "/share", "/circle", "/share/see", $"/share/see?who={reference}" })
            {
                Assert.DoesNotContain(Name, await patient.ReadAsync(page));
            }
        }

        async Task<int> LengthAsync(string path) => (await patient.ReadAsync(path)).Length;
    }

    [Fact]
    public async Task Whoever_is_found_by_their_sign_in_name_is_shared_with_to_the_end()
    {
        await using var guest = await browser.VisitAsync();
        var server = guest.Server;
        var home = await Household.MoveInAsync(server);
        var other = (await Household.MoveInAsync(server, withRecord: false, name: Name)).Patient;
        using var patient = new FormVisitor(server);
        await patient.SignInAsync(home.Patient.SignInName);
        var found = await patient.ReadAsync(await patient.StepAsync("/share/new", "/share/new", ("find", other.SignInName), ("step", "find")));
        Assert.Contains(Name, found);
        var value = found.Split("name=\"who\" value=\"").Skip(1).Select(static rest => rest[..rest.IndexOf('"')]).Single(option => option.StartsWith(other.Person.Reference, StringComparison.Ordinal));
        Assert.NotEqual(other.Person.Reference, value);
        var what = await patient.StepAsync("/share/new", "/share/new", ("who", value), ("aim", "help"), ("step", "on"));
        Assert.StartsWith("/share/what", what);
        Assert.Contains(Name, await patient.ReadAsync(what));

        // It is a proof for who found them, and for nobody else.
        using var stranger = new FormVisitor(server);
        await stranger.SignInAsync((await Household.MoveInAsync(server, withRecord: false)).Patient.SignInName);
        Assert.DoesNotContain(Name, await stranger.ReadAsync($"/share/new?who={Uri.EscapeDataString(value)}"));
    }
}
