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
    /// <summary>All of it.</summary>
    public string Text => With(Danger, Detail);

    /// <summary>It where there is little room.</summary>
    public string Short => With(Danger);

    /// <summary>Whether it stays off the card unless the patient ticks it.</summary>
    public bool IsSensitive => RecordSummary.IsSensitive(Labels);

    private string With(params IEnumerable<string?> said) => string.Join("; ", said.OfType<string>()) is { Length: > 0 } more ? $"{Name} ({more})" : Name;
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

    /// <summary>Reads it, in the language of who reads.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="name">What they are called where the record does not say it.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<EmergencyCardContent> OfAsync(OwnAccess own, string name, DateTimeOffset now, CancellationToken cancel)
    {
        var summaryAnswer = await own.QueryAsync(RecordSummary.Query, cancel);
        var summary = RecordSummary.Of(summaryAnswer, RecordPlace.Own, now);
        var medicines = Enumerable.Range(0, summaryAnswer.MatchCount).Where(i => summaryAnswer.Entries[i].ResourceType is "MedicationRequest" or "MedicationStatement").ToDictionary(i => summaryAnswer.Entries[i].Reference, i => ReferenceIn(summaryAnswer.ReadResource(i), "medicationReference"));
        List<EmergencyLine> lines =
        [
            .. summary.Allergies.Select(line => LineOf(EmergencyPart.Allergies, line, null)),
            .. summary.Medicines.Select(line => LineOf(EmergencyPart.Medicines, line, medicines.GetValueOrDefault(line.Reference))),
            .. summary.Problems.Select(line => LineOf(EmergencyPart.Conditions, line, null)),
        ];
        var answer = await own.QueryAsync(Query, cancel);
        var (who, contacts, languages) = ((string?)null, new List<string>(), "");
        for (var i = 0; i < answer.MatchCount; i++)
        {
            var (entry, resource) = (answer.Entries[i], answer.ReadResource(i));
            var line = new SummaryLine(EntryReader.Line(resource), entry.Reference, entry.Labels);
            switch (resource.TypeName)
            {
                case "Patient":
                    who = WhoLine.Of(resource, now) ?? line.Line.Title;
                    contacts.AddRange(resource.Root.All("contact").Select(contact => ContactOf(contact.All("name"), contact.All("telecom"))).OfType<string>());
                    languages = Say.List([.. resource.Root.All("communication").Select(spoken => spoken.TryGetChild("language", out var language) ? language.Text("text") ?? language.All("coding").Select(coding => coding.Text("display")).FirstOrDefault() : null).OfType<string>()]);
                    break;
                case "RelatedPerson" when ContactOf(resource.Root.All("name"), resource.Root.All("telecom")) is { } contact:
                    contacts.Add(contact);
                    break;
                case "DeviceUseStatement" or "Device" when !lines.Exists(known => known.Reference == entry.Reference || known.Needs == entry.Reference):
                    lines.Add(LineOf(EmergencyPart.Implants, line, ReferenceIn(resource, "device")));
                    break;
                case "Observation":
                    lines.Add(LineOf(EmergencyPart.BloodGroup, line, null));
                    break;
                case "DocumentReference":
                    lines.Add(LineOf(EmergencyPart.Directives, line, null));
                    break;
            }
        }

        return new EmergencyCardContent(who ?? name, lines, string.Join('\n', contacts.Distinct().Take(3)), languages);
    }

    private static EmergencyLine LineOf(EmergencyPart part, SummaryLine line, string? needs) =>
        new(part, line.Reference, line.Line.Title, line.Line.Danger ?? line.Line.Alarm, part == EmergencyPart.Conditions ? null : line.Line.Value, line.Labels, needs);

    private static string? ReferenceIn(Resource resource, string name) =>
        resource.Root.TryGetChild(name, out var to) && to.Text("reference") is { } reference && LocalReference.TryParse(reference, out _) ? reference : null;

    private static string? ContactOf(List<Element> names, List<Element> telecoms)
    {
        var name = names.Select(name => name.Text("text") ?? string.Join(' ', name.All("given").Select(given => given.GetString()).Append(name.Text("family")).OfType<string>())).FirstOrDefault();
        var number = telecoms.Where(telecom => telecom.Text("system") is "phone" or null).Select(telecom => telecom.Text("value")).FirstOrDefault(value => value is not null);
        return string.Join(", ", new[] { name, number }.Where(part => !string.IsNullOrWhiteSpace(part))) is { Length: > 0 } text ? text : null;
    }

    private static SearchQuery Of(string type, string query) => SearchQuery.Parse(type, SearchQuery.SplitUrlQuery(query)).Query ?? throw new InvalidOperationException($"`{query}` is no search");
}
