using Rapport.Consent;
using Rapport.Data;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Tests.Pages;

/// <summary>From the share form to a Consent and back.</summary>
public sealed class SharingTermsTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RecipientChoice Doctor = new("Practitioner/x", "Dr Lee", null, "TREAT", ["Practitioner/x"]);

    public static TheoryData<SharingTerms> AllKinds =>
    [
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT" },
        new SharingTerms { Recipient = "RelatedPerson/y", RecipientName = "Sam \"the\" <carer>", Purpose = "FAMRQT", Types = ["Condition", "Observation"], Until = new(2026, 9, 1) },
        new SharingTerms
        {
            Recipient = "Organization/z", RecipientName = "Clinic", Purpose = "CAREMGT", Types = ["Patient"], Labels = ["PSY", "R"], From = new(2026, 7, 1), Until = new(2027, 7, 1),
        },
    ];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void AConsentSaysWhatTheTermsSay(SharingTerms terms)
    {
        var consent = terms.ToConsent(PatientId.New(), Now);

        Assert.Equivalent(terms, SharingTerms.TryRead(consent), strict: true);
        var reading = PatientConsent.Read(consent);
        Assert.Empty(reading.Problems);
        Assert.True(reading.Counts);
        Assert.Equal([terms.Recipient], reading.Recipients);
        Assert.Equal("2026-06-01T12:00:00Z", reading.DateTime);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void AnEndedConsentIsTheSameButForItsStatus(SharingTerms terms)
    {
        var consent = terms.ToConsent(PatientId.New(), Now);
        var ended = SharingTerms.Ended(consent);

        Assert.False(PatientConsent.Read(ended).Counts);
        Assert.Equivalent(terms, SharingTerms.TryRead(ended), strict: true);
    }

    [Fact]
    public void TheLastDayIsSharedToItsEnd()
    {
        var terms = new SharingTerms { Recipient = "Practitioner/x", RecipientName = "x", Purpose = "TREAT", Until = new(2026, 9, 1) };

        Assert.Equal(new DateTimeOffset(2026, 9, 2, 0, 0, 0, TimeSpan.Zero), PatientConsent.Read(terms.ToConsent(PatientId.New(), Now)).ValidUntil);
    }

    [Fact]
    public void AConsentThatSaysMoreHasNoTerms()
    {
        var consent = Fhir.Resource.Parse("""
            {"resourceType":"Consent","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
             "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
             "provision":{"type":"permit","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}],
               "actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Practitioner/x"}}],
               "provision":[{"type":"deny","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Condition"}]}]}}
            """u8.ToArray()).Resource!;

        Assert.Null(SharingTerms.TryRead(consent));
    }

    [Fact]
    public void TheUsualFormSharesForThreeMonths()
    {
        var terms = new SharingForm { Kinds = ["conditions"] }.ToTerms(Doctor, ["Condition"], [], Today, out var problems);

        Assert.Empty(problems);
        Assert.Equal(("TREAT", new DateOnly(2026, 9, 1), (DateOnly?)null), (terms!.Purpose, terms.Until!.Value, terms.From));
        Assert.Equal(Kind.Find("conditions")!.Types, terms.Types);
    }

    [Fact]
    public void OtherEntriesAreTheTypesWithoutAKind()
    {
        var terms = new SharingForm { Kinds = ["other"] }.ToTerms(Doctor, ["Condition", "MolecularSequence"], [], Today, out _);

        Assert.Equal(["MolecularSequence"], terms!.Types!);
    }

    [Fact]
    public void ALabelThatIsNotInTheRecordIsNotAgreedTo()
    {
        var terms = new SharingForm { Everything = true, Labels = ["PSY", "HIV"] }.ToTerms(Doctor, [], ["HIV"], Today, out _);

        Assert.Equal(["HIV"], terms!.Labels);
        Assert.Null(terms.Types);
    }

    [Theory]
    [InlineData("kinds", "", "months", "", "kinds")]
    [InlineData("kinds", "nonsense", "months", "", "kinds")]
    [InlineData("everything", "", "day", "", "until")]
    [InlineData("everything", "", "day", "1 September", "until")]
    [InlineData("everything", "", "day", "2026-05-31", "until")]
    public void WhatIsMissingOrWrongIsToldByField(string scope, string kind, string lasting, string until, string field)
    {
        var form = new SharingForm { Everything = scope == "everything", Kinds = kind.Length == 0 ? [] : [kind], Lasting = lasting, Until = until };

        Assert.Null(form.ToTerms(Doctor, ["Condition"], [], Today, out var problems));
        Assert.Equal([field], problems.Keys);
    }

    [Theory]
    [InlineData("2026-07-01", "2026-06-15", "until")]
    [InlineData("tomorrow", "2026-06-15", "from")]
    public void TheFirstDayComesBeforeTheLast(string from, string until, string field)
    {
        var form = new SharingForm { Everything = true, From = from, Lasting = "day", Until = until };

        Assert.Null(form.ToTerms(Doctor, [], [], Today, out var problems));
        Assert.Equal([field], problems.Keys);
    }

    [Fact]
    public void NobodyAndAnUnknownPurposeAreToldToo()
    {
        Assert.Null(new SharingForm { Everything = true }.ToTerms(null, [], [], Today, out var nobody));
        Assert.Null(new SharingForm { Everything = true, Purpose = "HMARKT" }.ToTerms(Doctor, [], [], Today, out var purpose));
        Assert.Equal(["who"], nobody.Keys);
        Assert.Equal(["purpose"], purpose.Keys);
    }
}
