using System.Text;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Summary;

/// <summary>What whoever looks because a life is in danger must know beside what holds now.</summary>
/// <param name="Contacts">Whom to call, as the record says it.</param>
/// <param name="Directives">What the patient wants done when they cannot say it.</param>
/// <param name="Implants">What is built into them.</param>
public sealed record Rescue(IReadOnlyList<WhomToCall> Contacts, IReadOnlyList<SummaryLine> Directives, IReadOnlyList<SummaryLine> Implants)
{
    /// <summary>Nothing of it.</summary>
    public static Rescue None { get; } = new([], [], []);

    /// <summary>The searches whose answer this reads, beside those of the summary.</summary>
    internal static IReadOnlyList<SearchQuery> Searches { get; } =
    [
        RecordSummary.Search("RelatedPerson", "_count=10"),
        RecordSummary.Search("DocumentReference", $"type={string.Join(',', EmergencyConsent.DirectiveDocuments.Select(static code => $"http://loinc.org|{code}"))}&status=current&_sort=-date&_count=5"),
        RecordSummary.Search("Consent", $"category={string.Join(',', EmergencyConsent.DirectiveConsents)}&status=active&_sort=-date&_count=5"),
        RecordSummary.Search("DeviceUseStatement", "_count=20"),
        RecordSummary.Search("Device", "status=active&_count=20"),
    ];

    /// <summary>Whether there is none of it.</summary>
    public bool IsEmpty => Contacts.Count + Directives.Count + Implants.Count == 0;

    /// <summary>Reads it out of an answer. A device stands once: under what is said of its use, where that names it.</summary>
    internal static Rescue Of(RecordAnswer answer)
    {
        List<WhomToCall> contacts = [];
        List<SummaryLine> directives = [], implants = [];
        var used = new HashSet<string>();
        for (var i = 0; i < answer.MatchCount; i++)
        {
            var entry = answer.Entries[i];
            var resource = answer.ReadResource(i);
            switch (resource.TypeName)
            {
                case "Patient":
                    contacts.AddRange(WhomToCall.In(resource.Root));
                    break;
                case "RelatedPerson" when WhomToCall.Of(resource.Root) is { } contact:
                    contacts.Add(contact);
                    break;
                case "DocumentReference" or "Consent":
                    directives.Add(Line());
                    break;
                case "DeviceUseStatement" when resource.Root.TryGetChild("device", out var device) && device.Text("display") is not null:
                    used.Add(device.Text("reference") ?? "");
                    implants.Add(Line());
                    break;
                case "Device" when !used.Contains(entry.Reference) && !EmergencyCardContent.IsOutside(resource):
                    implants.Add(Line());
                    break;
            }

            SummaryLine Line() => new(EntryReader.Line(resource), entry.Reference, entry.Labels);
        }

        return new Rescue(WhomToCall.Once(contacts), directives, implants);
    }
}

/// <summary>Somebody to call.</summary>
/// <param name="Name">Who; null where only a number is there.</param>
/// <param name="Phone">Their telephone number; null where only a name is there.</param>
public sealed record WhomToCall(string? Name, string? Phone)
{
    /// <summary>Both on one line.</summary>
    public string Told => string.Join(", ", new[] { Name, Phone }.OfType<string>());

    /// <summary>The number as an address that a telephone calls; null for none.</summary>
    public string? Call => Phone is null ? null : "tel:" + string.Concat(Phone.Where(static letter => char.IsAsciiDigit(letter) || letter == '+'));

    /// <summary>Each once, however several sources write the name and the number; without a number only who has none anywhere.</summary>
    internal static IReadOnlyList<WhomToCall> Once(IEnumerable<WhomToCall> contacts)
    {
        var folded = contacts.Select(static contact => (Contact: contact, Name: contact.Folded)).DistinctBy(static one => (one.Name, one.Contact.Call)).ToList();
        var reachable = folded.Where(static one => one.Contact.Phone is not null).Select(static one => one.Name).ToHashSet();
        return [.. folded.Where(one => one.Contact.Phone is not null || !reachable.Contains(one.Name)).Select(static one => one.Contact)];
    }

    /// <summary>Those that a Patient names, in their order: as many as anybody would call, though a file may name any number.</summary>
    internal static IEnumerable<WhomToCall> In(Element patient) => patient.All("contact").Select(Of).OfType<WhomToCall>().Take(Most);

    private const int Most = 50;

    private string Folded => Encoding.UTF8.GetString(SearchText.Fold(string.Join(' ', (Name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    /// <summary>Reads what has <c>name</c> and <c>telecom</c>, once or several times; null where it says neither.</summary>
    internal static WhomToCall? Of(Element who)
    {
        var name = who.All("name").Select(static name => name.Text("text") ?? string.Join(' ', name.All("given").Select(static given => given.GetString()).Append(name.Text("family")).OfType<string>())).FirstOrDefault();
        var number = who.All("telecom").Where(static telecom => telecom.Text("system") is "phone" or null).Select(static telecom => telecom.Text("value")).FirstOrDefault(static value => value is not null);
        var (called, phone) = (string.IsNullOrWhiteSpace(name) ? null : name, string.IsNullOrWhiteSpace(number) ? null : number);
        return called is null && phone is null ? null : new WhomToCall(called, phone);
    }
}
