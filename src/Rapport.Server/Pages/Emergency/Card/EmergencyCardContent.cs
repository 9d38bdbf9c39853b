using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Summary;

namespace Rapport.Server.Pages.Emergency.Card;

/// <summary>What an entry is on an emergency card, in the order in which it is read.</summary>
public enum EmergencyPart
{
    /// <summary>What they cannot bear.</summary>
    Allergies,

    /// <summary>What they take.</summary>
    Medicines,

    /// <summary>What they have.</summary>
    Conditions,

    /// <summary>What is built into them.</summary>
    Implants,

    /// <summary>Their blood group.</summary>
    BloodGroup,

    /// <summary>What they want done when they cannot say it.</summary>
    Directives,
}

/// <summary>An entry that can stand on an emergency card.</summary>
/// <param name="Part">What it is.</param>
/// <param name="Reference">Its reference.</param>
/// <param name="Name">What it is called by those who help: its official name.</param>
/// <param name="Danger">What is dangerous about it; null for nothing.</param>
/// <param name="Detail">What else is said of it, such as the dose; null for nothing.</param>
/// <param name="Labels">What it is marked as.</param>
/// <param name="Needs">The reference of an entry that it leads to and that says what it is; null for none.</param>
public sealed record EmergencyLine(EmergencyPart Part, string Reference, string Name, string? Danger, string? Detail, IReadOnlyList<string> Labels, string? Needs)
{
    /// <summary>What people call it, in the language of who reads, where that is another name; null where it is not.</summary>
    public string? Plain { get; init; }

    /// <summary>The references of the others that are shown as one with it.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Whether it may save a life, so that it is proposed.</summary>
    public bool Serves { get; init; } = true;

    /// <summary>All of it, under its official name: what is compared.</summary>
    public string Text => With(Name, Danger, Detail);

    /// <summary>All of it, for whoever reads: what people call it, with the official name.</summary>
    public string Told => With(BothNames, Danger, Detail);

    /// <summary>It where there is little room: in English, which those who help read, under the official name alone.</summary>
    public string Short => With(Languages.Current == Languages.English ? Name : BothNames, Danger);

    /// <summary>Whether it stays off the card unless the patient ticks it.</summary>
    public bool IsSensitive => RecordSummary.IsSensitive(Labels);

    private string BothNames => Plain is null ? Name : $"{Plain} [{Name}]";

    /// <summary>Whether it is what a reference names, or is shown as one with that.</summary>
    public bool Is(string reference) => Reference == reference || Others.Contains(reference);

    private static string With(string name, params IEnumerable<string?> said) => string.Join("; ", said.OfType<string>()) is { Length: > 0 } more ? $"{name} ({more})" : name;
}

/// <summary>What can stand on the emergency card of a record at this moment.</summary>
/// <param name="Who">The name, with birth date where the record has it.</param>
/// <param name="Lines">In the order in which it is read; what is highly dangerous first.</param>
/// <param name="Contacts">Whom to call, as the record says it.</param>
/// <param name="Languages">What they speak, as the record says it.</param>
public sealed record EmergencyCardContent(string Who, IReadOnlyList<EmergencyLine> Lines, string Contacts, string Languages)
{
    private const string Loinc = "http://loinc.org|";

    /// <summary>LOINC's codes of the blood group: both systems together, ABO, Rh.</summary>
    private static readonly string[] BloodGroups = ["882-1", "883-9", "10331-7"];

    /// <summary>What things outside of the body are called, in English and Spanish: they may stand on the card, and save no life.</summary>
    private static readonly string[] Outside =
    [
        "meter", "monitor", "thermometer", "scale", "watch", "phone", "band", "ring", "cuff", "oximeter", "strip", "lancet", "glasses", "spectacles", "app",
        "medidor", "glucómetro", "tensiómetro", "termómetro", "báscula", "balanza", "reloj", "teléfono", "pulsera", "anillo", "manguito", "oxímetro", "tira", "lanceta", "gafas", "anteojos",
    ];

    private static readonly SearchQuery[] Searches =
    [
        Of("Patient", "_count=1"),
        Of("RelatedPerson", "_count=10"),
        Of("DeviceUseStatement", "_count=20&_include=DeviceUseStatement:device"),
        Of("Device", "status=active&_count=20"),
        Of("Observation", $"code={string.Join(',', BloodGroups.Select(code => Loinc + code))}&status=final,amended,corrected&_sort=-date&_count=3"),
        Of("DocumentReference", $"type={string.Join(',', EmergencyConsent.DirectiveDocuments.Select(code => Loinc + code))}&status=current&_sort=-date&_count=5"),
    ];

    private static readonly RecordQuery Query = new RecordQuery.Several(Searches) { Merges = true, OnceOfEachCode = ["Observation"] };

    /// <summary>What the record asks for it.</summary>
    internal static RecordQuery Rest => Query;

    /// <summary>What of the record can stand on it, in the language of who reads.</summary>
    internal static EmergencyCardContent Of(EmergencyCardSource source, DateTimeOffset now)
    {
        var (summaryAnswer, answer) = (source.Summary, source.Rest);
        var summary = RecordSummary.Of(summaryAnswer, RecordPlace.Own, now);
        var medicines = Enumerable.Range(0, summaryAnswer.MatchCount).Where(i => summaryAnswer.Entries[i].ResourceType is "MedicationRequest" or "MedicationStatement")
            .ToDictionary(i => summaryAnswer.Entries[i].Reference, i => ReferenceIn(summaryAnswer.ReadResource(i), "medicationReference"));
        var together = Together(summaryAnswer).Concat(Together(answer)).DistinctBy(static one => one.Reference).ToDictionary(static one => one.Reference, static one => one.Entries);
        List<EmergencyLine> lines =
        [
            .. summary.Allergies.Select(line => LineOf(EmergencyPart.Allergies, line, null)),
            .. summary.Medicines.Select(line => LineOf(EmergencyPart.Medicines, line, medicines.GetValueOrDefault(line.Reference))),
            .. summary.Problems.Select(line => LineOf(EmergencyPart.Conditions, line, null)),
        ];
        var (who, contacts, languages) = ((string?)null, new List<WhomToCall>(), "");
        for (var i = 0; i < answer.MatchCount; i++)
        {
            var (entry, resource) = (answer.Entries[i], answer.ReadResource(i));
            var line = new SummaryLine(EntryReader.Line(resource), entry.Reference, entry.Labels);
            switch (resource.TypeName)
            {
                case "Patient":
                    who = WhoLine.Of(resource, now) ?? line.Line.Title;
                    contacts.AddRange(WhomToCall.In(resource.Root));
                    languages = Say.List([.. resource.Root.All("communication").Select(spoken => spoken.TryGetChild("language", out var language) ? language.Text("text") ?? language.All("coding").Select(coding => coding.Text("display")).FirstOrDefault() : null).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)]);
                    break;
                case "RelatedPerson" when WhomToCall.Of(resource.Root) is { } contact:
                    contacts.Add(contact);
                    break;
                case "DeviceUseStatement" or "Device" when !lines.Exists(known => known.Reference == entry.Reference || known.Needs == entry.Reference):
                    lines.Add(LineOf(EmergencyPart.Implants, line, ReferenceIn(resource, "device")) with { Serves = !IsOutside(resource) });
                    break;
                case "Observation":
                    lines.Add(LineOf(EmergencyPart.BloodGroup, line, null));
                    break;
                case "DocumentReference":
                    lines.Add(LineOf(EmergencyPart.Directives, line, null));
                    break;
            }
        }

        return new EmergencyCardContent(who ?? source.Name, [.. lines.Select(WithOthers)], string.Join('\n', WhomToCall.Once(contacts).Select(static contact => contact.Told).Take(3)), languages);

        // What is shown as one is as sensitive as the most sensitive of it.
        EmergencyLine WithOthers(EmergencyLine line) => together.GetValueOrDefault(line.Reference) is { Count: > 0 } others
            ? line with { Others = [.. others.Select(static other => other.Reference)], Labels = [.. line.Labels.Union(others.SelectMany(static other => other.Labels))] }
            : line;
    }

    /// <summary>The matches of an answer, each with the others that are shown as one with it.</summary>
    private static IEnumerable<(string Reference, IReadOnlyList<AnsweredEntry> Entries)> Together(RecordAnswer answer) =>
        Enumerable.Range(0, answer.MatchCount).Select(i => (answer.Entries[i].Reference, (IReadOnlyList<AnsweredEntry>)[.. answer.SameAs(i).Select(same => answer.Entries[same.Index])]));

    /// <summary>Whether a device is one that is carried, worn or stands beside, by what it is called.</summary>
    internal static bool IsOutside(Resource resource)
    {
        if (resource.TypeName != "Device")
        {
            return false;
        }

        var names = resource.Root.All("deviceName").Select(static name => name.Text("name"))
            .Concat(resource.Root.TryGetChild("type", out var type) ? type.All("coding").Select(static coding => coding.Text("display")).Append(type.Text("text")) : []);
        return names.OfType<string>().SelectMany(static name => name.ToLowerInvariant().Split([' ', '-', ',', '(', ')'])).Any(word => Outside.Contains(word) || Outside.Contains(word.TrimEnd('s')));
    }

    private static EmergencyLine LineOf(EmergencyPart part, SummaryLine line, string? needs) =>
        new(part, line.Reference, line.Line.Title, line.Line.Danger ?? line.Line.Alarm, part == EmergencyPart.Conditions ? null : line.Line.Value, line.Labels, needs) { Plain = line.Line.Official is null ? null : line.Line.Name };

    private static string? ReferenceIn(Resource resource, string name) =>
        resource.Root.TryGetChild(name, out var to) && to.Text("reference") is { } reference && LocalReference.TryParse(reference, out _) ? reference : null;

    private static SearchQuery Of(string type, string query) => SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query)).Query ?? throw new InvalidOperationException($"`{query}` is no search");
}

/// <summary>What a record says that can stand on an emergency card, read once for all languages.</summary>
/// <param name="Summary">What the record's own page sums up.</param>
/// <param name="Rest">What a card needs beside that.</param>
/// <param name="Name">What the patient is called where the record does not say it.</param>
internal sealed record EmergencyCardSource(RecordAnswer Summary, RecordAnswer Rest, string Name)
{
    /// <summary>Reads it; null where nothing of it may be seen.</summary>
    public static async Task<EmergencyCardSource?> ReadAsync(CardDesk desk, CancellationToken cancel) =>
        await desk.Read(RecordSummary.Query, cancel) is { } summary && await desk.Read(EmergencyCardContent.Rest, cancel) is { } rest ? new EmergencyCardSource(summary, rest, desk.Name) : null;
}
