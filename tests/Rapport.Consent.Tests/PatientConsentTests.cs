using System.Text;
using System.Text.Json.Nodes;
using Rapport.Fhir;

namespace Rapport.Consent.Tests;

public sealed class PatientConsentTests
{
    private static readonly TestRecord Record = new([new("Observation/bp") { On = "2024-05-01" }]);

    [Fact]
    public void WhatStandsAroundTheRulesIsRead()
    {
        var consent = Read("""
            {
              "id": "c1", "signed": "2026-05-03T10:00:00+02:00", "patient": { "reference": "Patient/maya" },
              "performer": [{ "reference": "Patient/maya" }, { "display": "someone" }], "organization": [{ "reference": "Organization/clinic" }],
              "provision": {
                "type": "permit", "period": "2026-01-01 to 2026-12-31", "actor": ["Practitioner/lee"],
                "provision": [
                  { "type": "deny", "actor": ["Practitioner/ex"], "provision": [{ "type": "permit", "actor": ["Practitioner/osei"] }] },
                  { "type": "permit", "actor": ["custodian Organization/clinic", "Practitioner/lee"] }
                ]
              }
            }
            """);

        Assert.Equal("c1", consent.Id);
        Assert.Equal("active", consent.Status);
        Assert.Equal("patient-privacy", consent.Scope);
        Assert.True(consent.Counts);
        Assert.Equal("Patient/maya", consent.Patient);
        Assert.Equal("2026-05-03T10:00:00+02:00", consent.DateTime);
        Assert.Equal(["Patient/maya"], consent.Performers);
        Assert.Equal(["Organization/clinic"], consent.Organizations);
        Assert.Equal(["Practitioner/lee", "Practitioner/osei"], consent.Recipients);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), consent.ValidFrom);
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), consent.ValidUntil);
        Assert.Empty(consent.Problems);
    }

    [Fact]
    public void OnlyConsentsAreRead()
    {
        var patient = Resource.Read("""{ "resourceType": "Patient" }"""u8.ToArray());

        Assert.Throws<ArgumentException>(() => PatientConsent.Read(patient));
    }

    [Theory]
    [InlineData(23, true)]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void RulesAreReadToALimitAndDenyBeyondIt(int depth, bool read)
    {
        // Permits all the way down, each for the same: the outermost decides unless the innermost are unread.
        var rule = """{ "type": "permit" }""";
        for (var i = 1; i < depth; i++)
        {
            rule = $$"""{ "type": "permit", "provision": [{{rule}}] }""";
        }

        var consent = Read($$"""{ "provision": {{rule}} }""");

        Assert.Equal(read ? 1 : 0, Decide(consent).Permitted.Count);
        Assert.Equal(read ? 0 : 1, consent.Problems.Count);
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, false)]
    public void SoManyRulesAreReadAndDenyBeyond(int exceptions, bool read)
    {
        var rules = string.Join(',', Enumerable.Repeat("""{ "type": "deny", "class": ["Condition"] }""", exceptions));
        var consent = Read($$"""{ "provision": { "type": "permit", "provision": [{{rules}}] } }""");

        Assert.Equal(read ? 1 : 0, Decide(consent).Permitted.Count);
        Assert.Equal(read ? 0 : 1, consent.Problems.Count);
    }

    [Fact]
    public void ANestedRuleWithoutTypeIsAProblemWithItsPlace()
    {
        var consent = Read("""{ "provision": { "type": "permit", "provision": [{ "type": "deny" }, { "class": ["Observation"] }] } }""");

        Assert.Equal(["`Consent.provision.provision[1]` is neither of type `permit` nor `deny`: it denies"], consent.Problems);
    }

    [Theory]
    [InlineData("""{ "provision": { "type": "permit" } }""", true)]
    [InlineData("""{ "policy": "OPTIN" }""", true)]
    [InlineData("""{ "policy": "OPTIN", "provision": { "type": "deny", "actor": ["Practitioner/ex"] } }""", true)]
    [InlineData("""{ "provision": { "type": "permit", "actor": ["custodian Organization/clinic"] } }""", true)]
    [InlineData("""{ "provision": { "type": "deny", "class": ["Condition"], "provision": [{ "type": "permit", "purpose": ["TREAT"] }] } }""", true)]
    [InlineData("""{ "provision": { "type": "permit", "actor": ["Practitioner/lee"], "provision": [{ "type": "permit", "class": ["Condition"] }] } }""", false)]
    [InlineData("""{ "provision": { "type": "permit", "actor": ["Practitioner/lee"] } }""", false)]
    [InlineData("""{ "provision": { "type": "deny" } }""", false)]
    [InlineData("""{ "policy": "OPTOUT" }""", false)]
    public void APermitThatNamesNobodyIsToldToPermitEverybody(string shortForm, bool told)
    {
        var consent = Read(shortForm);

        Assert.Equal(told, consent.Warnings.Any(static warning => warning.Contains("everybody with an account here", StringComparison.Ordinal)));
        Assert.Empty(consent.Problems);
    }

    [Theory]
    [InlineData("2026-05-03", "your agreement of 3 May 2026")]
    [InlineData("2026-05-03T23:30:00-05:00", "your agreement of 3 May 2026")]
    [InlineData("2026-05", "your agreement of May 2026")]
    [InlineData("2026", "your agreement of 2026")]
    public void AConsentIsCalledByTheDayItWasSigned(string signed, string title)
    {
        var consent = Read($$"""{ "signed": "{{signed}}", "provision": { "type": "permit" } }""");

        Assert.Equal($"shared with Dr Lee for treatment by {title}", Decide(consent).ReasonFor(0).Text);
    }

    /// <summary>Scratch space is rented, and was not cleared of what it held from earlier decisions.</summary>
    [Fact]
    public void ADecisionDoesNotDependOnDecisionsBefore()
    {
        var permit = Read("""{ "provision": { "type": "permit" } }""");
        var deny = Read("""{ "provision": { "type": "deny" } }""");
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(0, Decide(permit, deny).Permitted.Count);
            Assert.Equal(1, Decide(permit).Permitted.Count);
        }
    }

    [Fact]
    public void ConsentsForReleasedEntriesAreThoseThatPermitThem()
    {
        var record = new TestRecord([new("Observation/a"), new("Condition/b"), new("Encounter/c")]);
        var compiled = CompiledConsents.Compile(
            [
                Read("""{ "id": "one", "provision": { "type": "permit", "class": ["Observation"] } }"""),
                Read("""{ "id": "two", "provision": { "type": "permit", "class": ["Observation", "Condition"] } }"""),
                Read("""{ "id": "none", "provision": { "type": "permit", "class": ["Procedure"] } }"""),
            ],
            record);
        var decision = compiled.Decide(Request);

        Assert.Equal(["one", "two"], decision.Consents);
        Assert.Equal(["one", "two"], decision.ConsentsFor(EntrySet.Of(3, 0)));
        Assert.Equal(["two"], decision.ConsentsFor(EntrySet.Of(3, 1)));
        Assert.Empty(decision.ConsentsFor(EntrySet.Of(3, 2)));
    }

    private static DisclosureRequest Request { get; } =
        new(new Recipient("Dr Lee", "Practitioner/lee"), PurposeOfUse.Treatment, ConsentAction.Access, new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    private static Decision Decide(params PatientConsent[] consents) => CompiledConsents.Compile(consents, Record).Decide(Request);

    private static PatientConsent Read(string shortForm) =>
        PatientConsent.Read(Resource.Read(Encoding.UTF8.GetBytes(ShortConsent.Expand(JsonNode.Parse(shortForm, documentOptions: new() { MaxDepth = 200 })).ToJsonString(new() { MaxDepth = 200 }))));
}
