using System.Globalization;
using System.Text.Json.Nodes;
using Rapport.Fhir;
using Rapport.TestKit;

namespace Rapport.Consent.Tests;

/// <summary>
/// The official examples of HL7 and of IHE's Privacy Consent on FHIR mean what their notes and narratives say. IHE's notes tell what
/// an access token would carry; each row says it in entries. Where we share less than a note, docs/consent.md says why.
/// </summary>
public sealed class SharedConsentTests
{
    private const string Practitioner = "Practitioner/ex-practitioner";
    private const string Clerk = "Practitioner/ex-clerk";
    private const string Privileged = "Practitioner/ex-practitioner Group/ex-privilegedUsers";

    private const string Old = "Observation/ex-bloodPressure Observation/ex-bloodSugar Observation/ex-weight Observation/ex-weight-2";
    private const string Others = "Encounter/ex-encounter Patient/ex-patient Observation/of-2022 Observation/by-practitioner";
    private const string Normal = Old + " " + Others;
    private const string Alcohol = "Observation/ex-alcoholUse";
    private const string Psy = "Condition/psy";
    private const string Sdv = "Condition/sdv";
    private const string Restricted = Alcohol + " " + Psy + " " + Sdv;

    /// <summary>What IHE's consents speak of, and some entries that they tell apart.</summary>
    private static readonly string[] IheEntries =
        ["Observation-ex-bloodPressure", "Observation-ex-bloodSugar", "Observation-ex-weight", "Observation-ex-weight-2", "Observation-ex-alcoholUse", "Encounter-ex-encounter", "Patient-ex-patient"];

    private static readonly TestEntry[] AddedEntries =
    [
        new("Observation/of-2022") { On = "2022-03-01" },
        new("Observation/by-practitioner") { On = "2019-03-01", Authors = [Practitioner] },
        new(Psy) { On = "2018-01-01", Labels = [ShortConsent.Label("PSY"), ShortConsent.Label("R")] },
        new(Sdv) { On = "2018-01-01", Labels = [ShortConsent.Label("SDV"), ShortConsent.Label("R")] },
    ];

    public static TheoryData<string, string, string, string, string> Ihe => new()
    {
        { "basic-treat", Clerk, "TREAT", "2026-06-01", Normal },
        { "basic-treat", Clerk, "HPAYMT", "2026-06-01", Normal },
        { "basic-treat", Clerk, "HRESCH", "2026-06-01", "" },
        { "basic-ink", Clerk, "TREAT", "2026-06-01", Normal },
        { "basic-treat-infant", Clerk, "TREAT", "2026-06-01", Normal },
        { "basic-reject", Clerk, "TREAT", "2026-06-01", "" },
        { "basic-reject", Clerk, "HRESCH", "2026-06-01", "" },
        { "basic-reject basic-treat", Clerk, "TREAT", "2026-06-01", "" },
        { "basic-research", Clerk, "HRESCH", "2026-06-01", Normal },
        { "basic-research", Clerk, "CLINTRCH", "2026-06-01", Normal },
        { "basic-research", Clerk, "TREAT", "2026-06-01", "" },
        { "expired-treat", Clerk, "TREAT", "2022-12-31T23:59:59Z", Normal },
        { "expired-treat", Clerk, "TREAT", "2023-01-01", "" },
        { "intermediate-authoredby", Clerk, "TREAT", "2026-06-01", "Observation/by-practitioner" },
        { "intermediate-not-authoredby", Clerk, "TREAT", "2026-06-01", Old + " Encounter/ex-encounter Patient/ex-patient Observation/of-2022" },
        { "intermediate-data", Clerk, "TREAT", "2026-06-01", Old + " Encounter/ex-encounter " + Alcohol },
        { "intermediate-not-data", Clerk, "TREAT", "2026-06-01", Normal },
        { "intermediate-encounter", Clerk, "TREAT", "2026-06-01", Old + " Encounter/ex-encounter" },
        { "intermediate-not-encounter", Clerk, "TREAT", "2026-06-01", "Patient/ex-patient Observation/of-2022 Observation/by-practitioner" },
        { "intermediate-timeframe", Clerk, "TREAT", "2026-06-01", "Observation/of-2022" },
        { "intermediate-not-timeframe", Clerk, "TREAT", "2026-06-01", Old + " Patient/ex-patient Observation/by-practitioner" },
        { "intermediate-purpose", "Organization/ex-org-researcher", "http://example.org/policies/purposeOfUse|FooBar", "2026-06-01", Normal },
        { "intermediate-purpose", Clerk, "http://example.org/policies/purposeOfUse|FooBar", "2026-06-01", "" },
        { "intermediate-purpose", "Organization/ex-org-researcher", "HRESCH", "2026-06-01", "" },
        { "advanced-normal", Clerk, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-restricted", Clerk, "TREAT", "2026-06-01", Normal + " " + Restricted },
        { "advanced-normal-not-restricted", Clerk, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-not-restricted advanced-normal-restricted", Clerk, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-focused-restricted", Clerk, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-focused-restricted", Practitioner, "TREAT", "2026-06-01", Normal + " " + Restricted },
        { "advanced-normal-focused-psy", Clerk, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-focused-psy", Practitioner, "TREAT", "2026-06-01", Normal + " " + Psy },
        { "advanced-normal-focused-psy", Practitioner, "HRESCH", "2026-06-01", "" },
        { "advanced-normal-focused-psy-or-sdv", Clerk, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-focused-psy-or-sdv", Practitioner, "TREAT", "2026-06-01", Normal + " " + Psy + " " + Sdv },
        { "advanced-normal-break-glass-restricted", Clerk, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-break-glass-restricted", Clerk, "BTG", "2026-06-01", Normal },
        { "advanced-normal-break-glass-restricted", Privileged, "TREAT", "2026-06-01", Normal },
        { "advanced-normal-break-glass-restricted", Privileged, "BTG", "2026-06-01", Normal + " " + Restricted },
        { "dissent-intermediate-break-glass", Privileged, "TREAT", "2026-06-01", "" },
        { "dissent-intermediate-break-glass", Clerk, "BTG", "2026-06-01", "" },
        { "dissent-intermediate-break-glass", Privileged, "BTG", "2026-06-01", Normal },
        { "dissent-intermediate-break-glass basic-treat", Clerk, "TREAT", "2026-06-01", "" },
    };

    /// <summary>A record that HL7's examples tell apart.</summary>
    private static readonly TestEntry[] Hl7Entries =
    [
        new("Patient/f001"),
        new("Observation/from-f001") { On = "2014-05-01", Authors = ["Organization/f001"] },
        new("Observation/of-january-2015") { On = "2015-01-15" },
        new("ServiceRequest/lab-order") { On = "2014-05-02", Refers = ["Task/example3"] },
        new("MedicationRequest/aspirin") { On = "2016-01-01" },
        new("Condition/psy") { On = "2013-01-01", Labels = [ShortConsent.Label("PSY")] },
    ];

    private const string Hl7Normal = "Patient/f001 Observation/from-f001 Observation/of-january-2015 ServiceRequest/lab-order MedicationRequest/aspirin";

    public static TheoryData<string, string, string, string, string> Hl7 => new()
    {
        // `wishes to have all of the PHI ... available for normal treatment use`; its period ended before it was signed.
        { "basic", "Practitioner/any", "TREAT", "2015-06-01", Hl7Normal },
        { "basic", "Practitioner/any", "TREAT", "2016-06-01", "" },

        // `wishes to have no data at the Good Health Psychiatric Hospital available`
        { "Out", "Practitioner/any", "TREAT", "2026-06-01", "" },
        { "Out", "Organization/f001", "TREAT", "2026-06-01", "" },
        { "Out +everything", "Practitioner/any", "TREAT", "2026-06-01", "Patient/f001 Observation/of-january-2015 ServiceRequest/lab-order MedicationRequest/aspirin" },

        // `wishes to have no data at the Good Health Psychiatric Hospital available ... for Emergency treatment use`
        { "Emergency", "Organization/f001", "ETREAT", "2026-06-01", "" },
        { "Emergency +everything", "Practitioner/any", "ETREAT", "2026-06-01", "Patient/f001 Observation/of-january-2015 ServiceRequest/lab-order MedicationRequest/aspirin" },
        { "Emergency +everything", "Practitioner/any", "TREAT", "2026-06-01", Hl7Normal },

        // `wishes to provide XXX with read-only access to the data at Good Health Psychiatric Hospital`
        { "grantor", "Patient/example", "PATRQT", "2026-06-01", "Observation/from-f001" },
        { "grantor", "Practitioner/any", "PATRQT", "2026-06-01", "" },
        { "grantor", "Organization/f001", "PATRQT", "2026-06-01", "" },

        // `all of the PHI collected at the Good Health Psychiatric Hospital restricted from disclosure to every provider`
        { "notAuthor", "Practitioner/any", "TREAT", "2026-06-01", "Patient/f001 Observation/of-january-2015 ServiceRequest/lab-order MedicationRequest/aspirin" },

        // `withdraw/withhold consent to disclose any instance of his health information to Good Health Clinic`
        { "notOrg", "Organization/f001", "TREAT", "2026-06-01", "" },
        { "notOrg", "Practitioner/any", "TREAT", "2026-06-01", Hl7Normal },
        { "notOrg +everything", "Practitioner/any Organization/f001", "TREAT", "2026-06-01", "" },

        // `does not want her ex-spouse to have any access`
        { "notThem", "Practitioner/f204", "TREAT", "2026-06-01", "" },
        { "notThem", "Practitioner/any", "TREAT", "2026-06-01", Hl7Normal },
        { "notThem +everything", "Practitioner/f204", "TREAT", "2026-06-01", "" },

        // `withhold consent to disclose the order and all results associated with that specific order`
        { "notThis", "Practitioner/any", "TREAT", "2026-06-01", "Patient/f001 Observation/from-f001 Observation/of-january-2015 MedicationRequest/aspirin" },

        // `withhold disclosure of all data from a timeframe`: it states when the consent is valid, not when the data is from; it ended before it was signed.
        { "notTime", "Practitioner/any", "TREAT", "2015-11-18", "" },

        // Every nested rule lacks the type that it must have: nothing is shared.
        { "pkb", "Organization/f001", "TREAT", "2026-06-01", "" },

        // What is shared is told by a document's MIME type: nothing is shared.
        { "signature", "Practitioner/13", "TREAT", "2016-06-01", "" },
        { "signature", "Practitioner/any", "TREAT", "2016-06-01", "" },

        // A half hour's session with a program that may read medication orders.
        { "smartonfhir", "Device/app", "PATRQT", "2016-06-23T17:02:33+10:00", "MedicationRequest/aspirin" },
        { "smartonfhir", "Device/app", "PATRQT", "2016-06-23T17:32:34+10:00", "" },
        { "smartonfhir", "Device/app", "PATRQT", "2016-06-23T17:02:32+10:00", "" },
    };

    [Theory]
    [MemberData(nameof(Ihe))]
    public void IheConsentsMeanWhatTheirNotesSay(string consents, string who, string purpose, string at, string expected)
    {
        var folder = Repository.SharedData("consent/ihe-pcf");
        var record = new TestRecord([.. IheEntries.Select(name => Entry(Path.Combine(folder, name + ".json"))), .. AddedEntries]);
        var read = consents.Split(' ').Select(name => ReadConsent(Directory.GetFiles(folder, $"Consent-ex-*{name}.json").Single(f => IsNamed(f, name))));

        Assert.Equal(Sorted(expected), Permitted([.. read], record, who, purpose, at));
    }

    [Theory]
    [MemberData(nameof(Hl7))]
    public void Hl7ConsentsMeanWhatTheirNarrativesSay(string consents, string who, string purpose, string at, string expected)
    {
        var folder = Repository.SharedData("consent/hl7-r4");
        var everything = PatientConsent.Read(Parse(ShortConsent.Expand(JsonNode.Parse("""{ "provision": { "type": "permit" } }""")).ToJsonString()));
        var read = consents.Split(' ').Select(name =>
            name == "+everything" ? everything : ReadConsent(Path.Combine(folder, $"Consent-consent-example-{name}.json")));

        Assert.Equal(Sorted(expected), Permitted([.. read], new TestRecord(Hl7Entries), who, purpose, at));
    }

    [Fact]
    public void EveryExampleIsEvaluated()
    {
        var files = Directory.GetFiles(Repository.SharedData("consent/ihe-pcf"), "Consent-*.json")
            .Concat(Directory.GetFiles(Repository.SharedData("consent/hl7-r4"), "Consent-*.json"));
        var evaluated = Ihe.Concat(Hl7).SelectMany(static row => row.Data.Item1.Split(' ')).ToHashSet();

        Assert.DoesNotContain(files, file => !evaluated.Any(name => IsNamed(file, name)));
    }

    [Theory]
    [InlineData("hl7-r4/Consent-consent-example-pkb.json", "`Consent.provision.provision[0]` is neither of type `permit` nor `deny`: it denies")]
    [InlineData(
        "hl7-r4/Consent-consent-example-signature.json",
        "`Consent.provision.provision[0].class[0]` is `urn:ietf:bcp:13|application/hl7-cda+xml`, by which data is not told apart here: classes are resource types "
        + "or LOINC document types: nothing is permitted by it, and what is denied by it is denied whatever it may be")]
    [InlineData(
        "ihe-pcf/Consent-ex-dissent-intermediate-break-glass.json",
        "`Consent.provision.provision[0].actor[0]` is the group `Group/ex-privilegedUsers`: who belongs to it is not known here: it permits only to those known to be meant, and denies to everyone who may be")]
    public void WhatCannotBeEvaluatedIsTold(string file, string problem) =>
        Assert.Contains(problem, ReadConsent(Repository.SharedData("consent/" + file)).Problems);

    private static bool IsNamed(string file, string name) =>
        Path.GetFileNameWithoutExtension(file) is var f && (f == $"Consent-ex-consent-{name}" || f == $"Consent-ex-{name}" || f == $"Consent-consent-example-{name}");

    private static string Permitted(List<PatientConsent> consents, TestRecord record, string who, string purpose, string at)
    {
        var request = new DisclosureRequest(
            new Recipient(who, who.Split(' ')), purpose, ConsentAction.Access, DateTimeOffset.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        var decision = CompiledConsents.Compile(consents, record).Decide(request);
        return Sorted(string.Join(' ', decision.Permitted.ToArray().Select(e => record.Entries[e].Reference)));
    }

    private static string Sorted(string entries) => string.Join('\n', entries.Split(' ').Order(StringComparer.Ordinal));

    private static PatientConsent ReadConsent(string file) => PatientConsent.Read(Resource.Read(File.ReadAllBytes(file)));

    private static Resource Parse(string json) => Resource.Read(System.Text.Encoding.UTF8.GetBytes(json));

    private static TestEntry Entry(string file)
    {
        var resource = JsonNode.Parse(File.ReadAllText(file))!;
        string? Text(string name) => resource[name]?.GetValue<string>();
        IEnumerable<string> Labels() => resource["meta"]?["security"]?.AsArray().Select(static l => $"{l!["system"]}|{l["code"]}") ?? [];
        return new TestEntry($"{Text("resourceType")}/{Text("id")}")
        {
            On = Text("effectiveDateTime")?[..10],
            Labels = [.. Labels()],
            Authors = [.. resource["performer"]?.AsArray().Select(static p => p!["reference"]!.GetValue<string>()) ?? []],
            Refers = [.. new[] { "subject", "encounter" }.Select(name => resource[name]?["reference"]?.GetValue<string>()).OfType<string>()],
        };
    }
}
