using Rapport.Data;
using Rapport.Fhir;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Stories;

/// <summary>Names by which a patient could be found out, as far as the server knows them.</summary>
/// <param name="Own">What the patient is called.</param>
/// <param name="People">Whoever is in their circle, was named in an agreement, looked, or stands in their record.</param>
/// <param name="Places">Their addresses, and the organisations and places of their record and their agreements.</param>
internal sealed record KnownNames(IReadOnlyList<string> Own, IReadOnlyList<string> People, IReadOnlyList<string> Places)
{
    /// <summary>People and places of a record that are read: the newest.</summary>
    private const int MostOfRecord = 500;

    private static readonly string[] Named = ["Patient", "Practitioner", "RelatedPerson", "Organization", "Location"];

    /// <summary>The names that are known of a patient.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<KnownNames> OfAsync(OwnAccess access, Person person, PeopleModule people, CancellationToken cancel)
    {
        List<string?> own = [person.DisplayName], others = [], places = [];
        foreach (var deed in (await access.HistoryAsync(cancel)).Deeds.Where(deed => deed.Actor != access.Actor.Reference))
        {
            others.AddRange(IsThing(deed.Actor) ? null : deed.ActorName, LinkNote.SaidIn(deed.Note));
        }

        others.AddRange((await people.Circle.OfPatientAsync(access.Patient, cancel)).Select(static member => member.Person.DisplayName));
        foreach (var recipient in (await access.ConsentsAsync(cancel)).SelectMany(static consent => RecipientsOf(consent.Resource.Root)))
        {
            var reference = recipient.Text("reference") ?? "";
            if (!IsThing(reference))
            {
                (reference.StartsWith("Organization/", StringComparison.Ordinal) || CareTeamId.IsReference(reference) ? places : others).Add(recipient.Text("display"));
            }
        }

        var answer = await access.QueryAsync(new RecordQuery.Everything(MostOfRecord) { Types = Named }, cancel);
        for (var i = 0; i < answer.Count; i++)
        {
            var resource = answer.ReadResource(i);
            switch (resource.TypeName)
            {
                case "Organization" or "Location":
                    places.Add(resource.Root.Text("name"));
                    break;
                case "Patient":
                    own.AddRange(NamesOf(resource.Root));
                    places.AddRange(AddressesOf(resource.Root));
                    others.AddRange(resource.Root.All("contact").SelectMany(NamesOf));
                    break;
                default:
                    others.AddRange(NamesOf(resource.Root));
                    break;
            }
        }

        return new KnownNames(Once(own), Once(others), Once(places));
    }

    /// <summary>A program, or a link: what it is called tells of nobody.</summary>
    private static bool IsThing(string reference) => reference.StartsWith(PersonPrincipal.AppPrefix, StringComparison.Ordinal);

    private static List<string> Once(IEnumerable<string?> names) => [.. names.OfType<string>().Distinct()];

    private static IEnumerable<Element> RecipientsOf(Element consent) => consent.TryGetChild("provision", out var provision)
        ? provision.All("actor").Select(static actor => actor.TryGetChild("reference", out var reference) ? reference : default(Element?)).OfType<Element>()
        : [];

    private static IEnumerable<string> NamesOf(Element who) =>
        who.All("name").Select(static name => name.Text("text") ?? string.Join(' ', name.All("given").Select(static given => given.GetString()).Append(name.Text("family")).OfType<string>()));

    /// <summary>Streets and towns: what is larger is known of many.</summary>
    private static IEnumerable<string> AddressesOf(Element patient) =>
        patient.All("address").Select(static address => string.Join(", ", address.All("line").Select(static line => line.GetString()).Append(address.Text("city")).OfType<string>()));
}
