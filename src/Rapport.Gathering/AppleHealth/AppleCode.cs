using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>Codes of what an export says: official ones where there are, and always HealthKit's own identifier.</summary>
internal static class AppleCode
{
    /// <summary>The system of HealthKit's identifiers, as other FHIR software for it writes it.</summary>
    internal const string System = "http://developer.apple.com/documentation/healthkit";

    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    internal static JsonObject Coding(string identifier) => R4.Coding(System, identifier);

    /// <param name="display">For people.</param>
    /// <param name="loinc">LOINC code, or null.</param>
    /// <param name="identifier">HealthKit's identifier, or null.</param>
    /// <param name="loincName">LOINC's own name; null when it is <paramref name="display"/>.</param>
    internal static JsonObject Of(string display, string? loinc, string? identifier, string? loincName = null) => (loinc, identifier) switch
    {
        ({ } code, { } own) => R4.Concept(display, R4.Coding(R4.Loinc, code, loincName ?? display), Coding(own)),
        ({ } code, null) => R4.Concept(display, R4.Coding(R4.Loinc, code, loincName ?? display)),
        (null, { } own) => R4.Concept(display, Coding(own)),
        _ => R4.Concept(display),
    };

    /// <summary><c>meta</c> with the label of a sensitive kind.</summary>
    internal static JsonObject Sensitive(string kind) => new() { ["security"] = R4.List(R4.Coding(ActCode, kind)) };
}

/// <summary>Values of HealthKit's enumerations in words, with SNOMED CT's where they are the common ones.</summary>
internal static class AppleValues
{
    private const string Start = "HKCategoryValue";

    // What the name of the value begins with, which only repeats what kind of value it is.
    private static readonly string[] Families =
    [
        "Severity", "Presence", "AppetiteChanges", "MenstrualFlow", "VaginalBleeding", "CervicalMucusQuality", "OvulationTestResult", "PregnancyTestResult",
        "ProgesteroneTestResult", "Contraceptive", "LowCardioFitnessEvent", "AppleWalkingSteadinessEvent", "EnvironmentalAudioExposureEvent",
        "HeadphoneAudioExposureEvent", "AudioExposureEvent",
    ];

    private static readonly Dictionary<string, (string Code, string Display)> Snomed = new()
    {
        ["SeverityMild"] = ("255604002", "Mild"),
        ["SeverityModerate"] = ("6736007", "Moderate"),
        ["SeveritySevere"] = ("24484000", "Severe"),
        ["SeverityUnspecified"] = ("52101004", "Present"),
        ["SeverityNotPresent"] = ("2667000", "Absent"),
        ["PresencePresent"] = ("52101004", "Present"),
        ["PresenceNotPresent"] = ("2667000", "Absent"),
    };

    /// <summary>A value; null for the one that only says that there is none.</summary>
    internal static JsonObject? Of(string? value)
    {
        if (value is null or "HKCategoryValueNotApplicable" or "0")
        {
            return null;
        }

        var name = AppleText.After(value, Start);
        return Snomed.TryGetValue(name, out var known)
            ? R4.Concept(known.Display, R4.Coding(R4.Snomed, known.Code, known.Display), AppleCode.Coding(value))
            : R4.Concept(AppleText.Title(Families.FirstOrDefault(family => name.StartsWith(family, StringComparison.Ordinal) && name.Length > family.Length) is { } start ? name[start.Length..] : name), AppleCode.Coding(value));
    }
}
