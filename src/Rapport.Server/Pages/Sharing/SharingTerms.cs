using System.Globalization;
using System.Text.Json;
using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// What a patient agrees to on the share pages, and how it stands in an R4 Consent: one root provision that permits kinds, everything, or one entry; or what is related to an
/// entry, with one provision in it that permits the entry itself. A consent of another shape (made through the API) has no terms, and is shown as the resource it is.
/// </summary>
public sealed record SharingTerms
{
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string ActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private const string ParticipationType = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    private const string ConsentScope = "http://terminology.hl7.org/CodeSystem/consentscope";
    private const string ResourceTypes = "http://hl7.org/fhir/resource-types";

    /// <summary>
    /// A provision with labels speaks only of entries that carry one of them. These levels of confidentiality stand for whatever is not
    /// sensitive, so that naming a sensitive label adds to it.
    /// </summary>
    private static readonly string[] OrdinaryLevels = ["U", "L", "M", "N"];

    private static readonly HashSet<string> Understood = ["id", "type", "period", "actor", "action", "purpose", "class", "securityLabel", "data", "provision"];

    /// <summary>What a consent may say beside its provision without saying more than these terms.</summary>
    private static readonly HashSet<string> UnderstoodAround =
        ["id", "meta", "extension", "modifierExtension", "status", "scope", "category", "patient", "dateTime", "performer", "policyRule", "provision"];

    /// <summary>How the consent names whom it is for.</summary>
    public required string Recipient { get; init; }

    /// <summary>Their name as the patient knew it then.</summary>
    public required string RecipientName { get; init; }

    /// <summary>HL7 purpose of use.</summary>
    public required string Purpose { get; init; }

    /// <summary>The FHIR types; null for all, those that come later among them.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>The sensitive labels whose entries go along.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The FHIR reference of the one entry that it is about; null when it is about kinds.</summary>
    public string? Entry { get; init; }

    /// <summary>What that entry is, as the patient knew it then.</summary>
    public string? EntryName { get; init; }

    /// <summary>
    /// The references whatever is of <see cref="Types"/> and stands in relation to goes along with <see cref="Entry"/>: the entry itself, and the visit it belongs to. None for the entry
    /// alone.
    /// </summary>
    public IReadOnlyList<string> Around { get; init; } = [];

    /// <summary>What the recipient may do beside seeing: of <see cref="SharingActions.All"/>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Whether the recipient is told that there may be more.</summary>
    public bool TellsOfMore { get; init; } = true;

    /// <summary>Which request of the recipient's it answers; null for none.</summary>
    public RequestId? Answers { get; init; }

    /// <summary>The first day, by the clock of the patient when they agreed; null for at once.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, by the clock of the patient when they agreed; null until the patient stops it.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How it ends before that.</summary>
    public SharingBounds Bounds { get; init; } = SharingBounds.None;

    /// <summary>The kinds that the types amount to; null for everything.</summary>
    public IReadOnlyList<Kind>? Kinds => Types is null ? null : [.. Kind.All.Where(kind => kind.TypesAmong(Types).Any())];

    /// <summary>The terms as a Consent, ready to be written. Its times are those of the patient's clock, and say how far that is from UTC: so a day ends when it ends for the patient, and is
    /// told as the same day to whoever reads it.</summary>
    /// <param name="patient">Who agrees, about their own record.</param>
    /// <param name="at">When.</param>
    public Resource ToConsent(PatientId patient, DateTimeOffset at)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Consent");
            WriteExtensions(json);
            Bounds.Write(json);
            json.WriteString("status", "active");
            WriteConcept(json, "scope", ConsentScope, "patient-privacy");
            json.WriteStartArray("category");
            WriteConcept(json, null, ActCode, "IDSCL");
            json.WriteEndArray();
            WriteReference(json, "patient", $"Patient/{patient}", null);
            json.WriteString("dateTime", Written(TimeZones.Local(at)));
            json.WriteStartArray("performer");
            WriteReference(json, null, $"Patient/{patient}", null);
            json.WriteEndArray();
            WriteConcept(json, "policyRule", ActCode, "OPTIN");
            WriteProvision(json);
            json.WriteEndObject();
        }

        return Checked(memory.ToArray());
    }

    /// <summary>Whether nothing of a consent would be lost if these terms were written in its place.</summary>
    public static bool IsAllOf(Resource consent)
    {
        foreach (var child in consent.Root.Children)
        {
            if (!UnderstoodAround.Contains(child.Name) || (child.Name == "extension" && !IsUnderstood(child)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsUnderstood(Element extension) => extension.Text("url") switch
    {
        PatientConsent.QuietAboutMore => true,
        PatientConsent.AnswersTo => RequestId.TryParse(extension.Text("value"), out _),
        _ => false,
    };

    /// <summary>The terms of a consent; null when it says more than these terms can tell.</summary>
    public static SharingTerms? TryRead(Resource consent)
    {
        if (!consent.Root.TryGetChild("provision", out var provision) || provision.Text("type") != "permit")
        {
            return null;
        }

        foreach (var child in provision.Children)
        {
            if (!Understood.Contains(child.Name))
            {
                return null;
            }
        }

        if (provision.All("actor") is not [var actor] || !actor.TryGetChild("reference", out var reference)
            || reference.Text("reference") is not { } recipient || provision.All("purpose") is not [var purpose])
        {
            return null;
        }

        // Who acts for the patient is not told of in these terms.
        if (SharingActions.TryRead(provision) is not { } actions || (provision.All("action").Count > 0 && RoleOf(actor) != "IRCP"))
        {
            return null;
        }

        if (!TryReadData(provision, out var entry, out var entryName, out var around) || SharingBounds.TryRead(consent) is not { } bounds)
        {
            return null;
        }

        var types = provision.All("class").ConvertAll(coding => coding.Text("code") ?? "");
        var period = provision.TryGetChild("period", out var found) ? found : default(Element?);
        return new SharingTerms
        {
            Recipient = recipient,
            RecipientName = reference.Text("display") ?? recipient,
            Purpose = purpose.Text("code") ?? "",
            Types = types.Count == 0 ? null : types,
            Entry = entry,
            EntryName = entryName,
            Around = around,
            Actions = actions,
            TellsOfMore = !consent.Root.All("extension").Exists(extension => extension.Text("url") == PatientConsent.QuietAboutMore && extension.Text("value") == "true"),
            Answers = AnsweredBy(consent),
            Labels = [.. provision.All("securityLabel").Select(label => label.Text("code") ?? "").Except(OrdinaryLevels)],
            From = Day(period?.Text("start")),
            Until = Day(period?.Text("end")),
            Bounds = bounds,
        };
    }

    private static string? RoleOf(Element actor) => actor.TryGetChild("role", out var role) && role.All("coding") is [var coding, ..] ? coding.Text("code") : null;

    /// <summary>One entry alone, an entry within what is related to it, or no data by name; false for anything else.</summary>
    private static bool TryReadData(Element provision, out string? entry, out string? name, out IReadOnlyList<string> around)
    {
        (entry, name, around) = (null, null, []);
        var data = provision.All("data");
        var inner = provision.All("provision");
        if (data.Count == 0)
        {
            return inner.Count == 0;
        }

        if (inner.Count == 0)
        {
            return data is [var only] && TryReadEntry(only, out entry, out name);
        }

        if (inner is not [var exception] || exception.Text("type") != "permit" || exception.All("data") is not [var itself] || !TryReadEntry(itself, out entry, out name))
        {
            return false;
        }

        foreach (var child in exception.Children)
        {
            if (child.Name is not ("type" or "class" or "data" or "securityLabel"))
            {
                return false;
            }
        }

        around = [.. data.Select(part => part.Text("meaning") == "related" && part.TryGetChild("reference", out var to) ? to.Text("reference") : null).OfType<string>()];
        return around.Count == data.Count;
    }

    private static bool TryReadEntry(Element data, out string? entry, out string? name)
    {
        (entry, name) = data.TryGetChild("reference", out var reference) ? (reference.Text("reference"), reference.Text("display")) : (null, null);
        return data.Text("meaning") == "instance" && entry is not null;
    }

    private static RequestId? AnsweredBy(Resource consent) =>
        consent.Root.All("extension").Where(static extension => extension.Text("url") == PatientConsent.AnswersTo)
            .Select(static extension => RequestId.TryParse(extension.Text("value"), out var request) ? request : (RequestId?)null).FirstOrDefault();

    private static DateOnly? Day(string? date) => date is { Length: >= 10 } && DateOnly.TryParseExact(date.AsSpan(0, 10), "yyyy-MM-dd", out var day) ? day : null;

    private static Resource Checked(byte[] json)
    {
        var result = Resource.Parse(json);
        return result.Resource ?? throw new InvalidOperationException($"a consent made here is not valid at `{result.Issues[0].Location}`");
    }

    private void WriteExtensions(Utf8JsonWriter json)
    {
        if (TellsOfMore && Answers is null)
        {
            return;
        }

        json.WriteStartArray("extension");
        if (!TellsOfMore)
        {
            json.WriteStartObject();
            json.WriteString("url", PatientConsent.QuietAboutMore);
            json.WriteBoolean("valueBoolean", true);
            json.WriteEndObject();
        }

        if (Answers is { } request)
        {
            json.WriteStartObject();
            json.WriteString("url", PatientConsent.AnswersTo);
            json.WriteString("valueString", request.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteProvision(Utf8JsonWriter json)
    {
        json.WriteStartObject("provision");
        json.WriteString("type", "permit");
        if (From is not null || Until is not null)
        {
            json.WriteStartObject("period");
            WriteEdge(json, "start", From, TimeOnly.MinValue);
            WriteEdge(json, "end", Until, new TimeOnly(23, 59, 59));
            json.WriteEndObject();
        }

        json.WriteStartArray("actor");
        json.WriteStartObject();
        WriteConcept(json, "role", ParticipationType, "IRCP");
        WriteReference(json, "reference", Recipient, RecipientName);
        json.WriteEndObject();
        json.WriteEndArray();
        SharingActions.Write(json, Actions);
        if (Labels.Count > 0)
        {
            var levels = OrdinaryLevels.Select(level => (Confidentiality, level));
            WriteCodings(json, "securityLabel", [.. levels, .. Labels.Select(label => (label is "R" or "V" ? Confidentiality : ActCode, label))]);
        }

        WriteCodings(json, "purpose", [(ActReason, Purpose)]);
        if (Types is not null)
        {
            WriteCodings(json, "class", [.. Types.Select(type => (ResourceTypes, type))]);
        }

        if (Entry is not null && Around.Count == 0)
        {
            WriteData(json, [("instance", Entry, EntryName)]);
        }
        else if (Entry is not null)
        {
            WriteData(json, [.. Around.Select(reference => ("related", reference, (string?)null))]);
            WriteEntryItself(json, Entry);
        }

        json.WriteEndObject();
    }

    /// <summary>Whoever names an entry means it, whatever it is marked as: so this provision names every level.</summary>
    private void WriteEntryItself(Utf8JsonWriter json, string entry)
    {
        json.WriteStartArray("provision");
        json.WriteStartObject();
        json.WriteString("type", "permit");
        if (Labels.Count > 0)
        {
            WriteCodings(json, "securityLabel", [.. OrdinaryLevels.Concat(["R", "V"]).Select(level => (Confidentiality, level))]);
        }

        WriteCodings(json, "class", [(ResourceTypes, entry[..entry.IndexOf('/', StringComparison.Ordinal)])]);
        WriteData(json, [("instance", entry, EntryName)]);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteData(Utf8JsonWriter json, IReadOnlyList<(string Meaning, string Reference, string? Name)> data)
    {
        json.WriteStartArray("data");
        foreach (var (meaning, reference, name) in data)
        {
            json.WriteStartObject();
            json.WriteString("meaning", meaning);
            WriteReference(json, "reference", reference, name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Where nobody chose a clock, a day alone, which is that of UTC.</summary>
    private static void WriteEdge(Utf8JsonWriter json, string name, DateOnly? day, TimeOnly time)
    {
        if (day is { } known)
        {
            json.WriteString(name, TimeZones.IsUtc ? known.ToString("yyyy-MM-dd") : Written(TimeZones.At(known, time)));
        }
    }

    private static string Written(DateTimeOffset at) => at.ToString(at.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static void WriteConcept(Utf8JsonWriter json, string? name, string system, string code)
    {
        Start(json, name);
        WriteCodings(json, "coding", [(system, code)]);
        json.WriteEndObject();
    }

    private static void WriteCodings(Utf8JsonWriter json, string name, IReadOnlyList<(string System, string Code)> codings)
    {
        json.WriteStartArray(name);
        foreach (var (system, code) in codings)
        {
            json.WriteStartObject();
            json.WriteString("system", system);
            json.WriteString("code", code);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, string? name, string reference, string? display)
    {
        Start(json, name);
        json.WriteString("reference", reference);
        if (display is not null)
        {
            json.WriteString("display", display);
        }

        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string? name)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }
    }
}
