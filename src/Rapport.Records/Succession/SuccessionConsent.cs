using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>How what a patient set beforehand, and what is asked for under it, stand in R4 Consents.</summary>
public static class SuccessionConsent
{
    /// <summary>Makes of a consent that would hold now one that holds only after it was asked for, and the waiting time.</summary>
    /// <param name="consent">The JSON of a consent that lets somebody act for the patient; it is changed.</param>
    /// <param name="set">How it is asked for.</param>
    public static void Set(JsonObject consent, Consent.Succession set)
    {
        consent["status"] = "proposed";
        List<JsonObject> parts = [ConsentJson.Extension("waits", "valueInteger", set.WaitDays)];
        if (set.LastDays is { } days)
        {
            parts.Add(ConsentJson.Extension("lasts", "valueInteger", days));
        }

        ConsentJson.Extend(consent, ConsentJson.Extension(PatientConsent.SetForLater, parts));
    }

    /// <summary>What is asked for: all that was set, from after the waiting time.</summary>
    /// <param name="set">The consent that sets it.</param>
    /// <param name="known">What it says.</param>
    /// <param name="local">Its local id.</param>
    /// <param name="version">Its version.</param>
    /// <param name="reason">Why, in the words of who asks.</param>
    /// <param name="now">When.</param>
    internal static byte[] Ask(JsonObject set, PatientConsent known, LocalId local, int version, string reason, DateTimeOffset now)
    {
        Remove(set, PatientConsent.SetForLater);
        ConsentJson.Extend(set, ConsentJson.Extension(PatientConsent.AskedFor,
        [
            ConsentJson.Extension("set-by", "valueString", local.ToString()),
            ConsentJson.Extension("version", "valueInteger", version),
            ConsentJson.Extension("at", "valueInstant", FhirTime.Instant(now)),
            ConsentJson.Extension("reason", "valueString", reason),
        ]));
        set["status"] = "active";
        set["dateTime"] = FhirTime.Instant(now);
        Open(set, Latest(now.AddDays(known.Succession!.WaitDays), known.ValidFrom), known.Succession.LastDays is { } days ? TimeSpan.FromDays(days) : null, known.ValidUntil);
        return JsonSerializer.SerializeToUtf8Bytes(set);
    }

    /// <summary>What waits, open from now on for as long as it would have been open; and what is open already, with the patient's word that it may.</summary>
    internal static byte[] Agree(JsonObject asked, PatientConsent known, DateTimeOffset now)
    {
        var extension = asked["extension"]!.AsArray().Single(extension => extension!["url"]!.GetValue<string>() == PatientConsent.AskedFor)!;
        extension["extension"]!.AsArray().Add((JsonNode)ConsentJson.Extension("agreed", "valueInstant", FhirTime.Instant(now)));
        if (known.ValidFrom > now)
        {
            Open(asked, now, known.ValidUntil is { } until ? until - known.ValidFrom.Value : null, known.ValidUntil);
        }

        return JsonSerializer.SerializeToUtf8Bytes(asked);
    }

    private static void Open(JsonObject consent, DateTimeOffset from, TimeSpan? lasts, DateTimeOffset? atTheLatest) =>
        ConsentJson.Between(consent["provision"]!.AsObject(), from, lasts is { } known ? Earliest(from + known, atTheLatest) : atTheLatest);

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static DateTimeOffset Earliest(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;

    private static void Remove(JsonObject consent, string address)
    {
        var extensions = consent["extension"]!.AsArray();
        foreach (var extension in extensions.Where(extension => extension!["url"]?.GetValue<string>() == address).ToList())
        {
            extensions.Remove(extension);
        }
    }
}

/// <summary>How the ledger notes the steps of what a patient set beforehand. Its kind is that of letting somebody act.</summary>
public static class SuccessionNote
{
    /// <summary>The patient set or changed it.</summary>
    public const string Set = "succession set";

    /// <summary>The patient took it back, with all that was asked for under it.</summary>
    public const string TakenBack = "succession taken back";

    /// <summary>Somebody asked.</summary>
    public const string Asked = "succession asked";

    /// <summary>They took back what they asked for.</summary>
    public const string Withdrawn = "succession withdrawn";

    /// <summary>The patient objected before it opened.</summary>
    public const string Objected = "succession objected";

    /// <summary>The patient ended it after it opened. What else lets the same person act goes on.</summary>
    public const string Closed = "succession closed";

    /// <summary>The patient agreed.</summary>
    public const string Agreed = "succession agreed";

    /// <summary>Whether a note is one of these.</summary>
    public static bool IsOne(string? note) => note is Set or TakenBack or Asked or Withdrawn or Objected or Closed or Agreed;

    /// <summary>What a new version of a consent is to be noted as; null when it is none of these.</summary>
    /// <param name="consent">The new version.</param>
    /// <param name="before">The one before; null for none.</param>
    /// <param name="now">Now.</param>
    /// <param name="isByPatient">Whether the patient writes it: whoever acts for them lays down what is open as whatever else lets them act.</param>
    internal static string? Of(PatientConsent consent, PatientConsent? before, DateTimeOffset now, bool isByPatient) =>
        consent.Succession is not null ? Set
        : before?.Succession is not null ? consent.Counts ? null : TakenBack
        : before is not { Counts: true, Asked: { } asked } ? null
        : !consent.Counts ? before.ValidFrom > now ? Objected : isByPatient && !(before.ValidUntil <= now) ? Closed : null
        : consent.Asked is { AgreedAt: not null } && asked.AgreedAt is null ? Agreed : null;
}
