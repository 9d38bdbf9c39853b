using Rapport.Fhir;

namespace Rapport.Consent.Tests;

public sealed class ConsentJsonTests
{
    [Fact]
    public void AnAgreementThatWouldBeRefusedTodayCanBeEnded()
    {
        var json = """
            {"resourceType":"Consent","status":"active","fromAnOlderTime":1,"patient":{"reference":"Patient/maya"},"provision":{"type":"permit","actor":[{"reference":{"reference":"Practitioner/lee"}}]}}
            """u8.ToArray();
        Assert.False(Resource.Parse(json).IsValid);

        var ended = PatientConsent.Read(ConsentJson.Ended(Resource.Read(json)));

        Assert.False(ended.Counts);
        Assert.Equal(["Practitioner/lee"], ended.Recipients);
    }

    [Fact]
    public void WhatIsPermittedUnderALabelIsPermittedWithoutOneToo()
    {
        var permit = ConsentJson.Permit("HIV");
        var consent = PatientConsent.Read(ConsentJson.Checked(ConsentJson.Of("Patient/maya", "2026-06-01T12:00:00.000Z", permit)));

        Assert.True(consent.Counts);
        Assert.Empty(consent.Problems);
        Assert.Equal(["U", "L", "M", "N", "HIV"], permit["securityLabel"]!.AsArray().Select(label => label!["code"]!.GetValue<string>()));
    }

    /// <summary>An action that the writer knows and the reader does not would be said to permit nothing, on the page of whoever agreed to it.</summary>
    [Fact]
    public void EveryActionThatThereIsIsReadAsItIsWritten()
    {
        var actions = typeof(ConsentAction).GetFields().Where(static field => field.IsLiteral && field.Name != nameof(ConsentAction.OwnSystem) && !field.Name.EndsWith("Code", StringComparison.Ordinal))
            .Select(static field => (string)field.GetRawConstantValue()!).ToList();
        Assert.Contains(ConsentAction.Converse, actions);
        var permit = ConsentJson.Permit();
        ConsentJson.OfActions(permit, actions);
        var consent = PatientConsent.Read(ConsentJson.Checked(ConsentJson.Of("Patient/maya", "2026-06-01T12:00:00.000Z", permit)));

        Assert.Empty(consent.Problems);
        Assert.Equal(actions.Order(), consent.Actions.Order());
    }

    [Theory]
    [InlineData("permit", "OPTIN")]
    [InlineData("deny", "OPTOUT")]
    public void ADenialAloneSharesTheRestWithNobody(string type, string policy)
    {
        var provision = ConsentJson.Permit();
        provision["type"] = type;
        Assert.Equal(policy, ConsentJson.Of("Patient/maya", "2026-06-01T12:00:00.000Z", provision)["policyRule"]!["coding"]![0]!["code"]!.GetValue<string>());
    }

    [Fact]
    public void WhatEndsAtAnInstantDoesNotHoldAtThatInstant()
    {
        var (from, until) = (new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 6, 1, 13, 0, 0, TimeSpan.Zero));
        var provision = ConsentJson.Permit();
        ConsentJson.Between(provision, from, until);
        var consent = PatientConsent.Read(ConsentJson.Checked(ConsentJson.Of("Patient/maya", FhirTime.Instant(from), provision)));

        Assert.Equal((from, until), (consent.ValidFrom!.Value, consent.ValidUntil!.Value));
    }

    [Fact]
    public void WhatSomebodyMayDoIsReadAsItWasWritten()
    {
        var provision = ConsentJson.Permit();
        ConsentJson.OfActions(provision, [ConsentAction.Access, ConsentAction.Collect, ConsentAction.ShareOn]);
        var consent = PatientConsent.Read(ConsentJson.Checked(ConsentJson.Of("Patient/maya", "2026-06-01T12:00:00.000Z", provision)));

        Assert.Empty(consent.Problems);
        Assert.Equal([ConsentAction.Access, ConsentAction.Collect, ConsentAction.ShareOn], consent.Actions);
        Assert.Equal(ConsentAction.OwnSystem, provision["action"]![2]!["coding"]![0]!["system"]!.GetValue<string>());
    }
}
