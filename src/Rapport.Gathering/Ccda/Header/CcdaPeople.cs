using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// The people, organisations and places that a document names. They are entries of their own, one for each, because the same doctor stands at many
/// statements and in many documents: known by what identifies them (a national number before others), and put together from all places that tell of them.
/// </summary>
internal sealed class CcdaPeople(CcdaReading reading)
{
    private const string NationalProvider = "2.16.840.1.113883.4.6";

    private readonly Dictionary<string, (JsonObject Json, Provenance Where)> _known = [];
    private readonly Dictionary<string, string> _types = [];

    /// <summary>A reference to who a role is: the patient, a professional, an organisation or, by name alone, a device; null when it does not say.</summary>
    /// <param name="role">assignedAuthor, assignedEntity, associatedEntity …</param>
    internal JsonObject? Who(XElement? role)
    {
        if (role is null)
        {
            return null;
        }

        if (reading.PatientKey is { } patient && CdaId.Key(role) == patient)
        {
            return reading.Subject();
        }

        var person = role.First("assignedPerson") ?? role.First("associatedPerson") ?? role.First("informationRecipient") ?? role.First("playingEntity");
        var name = CdaPersons.Display(person.Cdas("name").FirstOrDefault(each => Words.Of(each) is not null));
        var organization = Organization(OrganizationOf(role));
        if (name is null && role.First("assignedAuthoringDevice") is { } device)
        {
            return DeviceName(device) is { } display ? new JsonObject { ["display"] = display } : organization;
        }

        if (name is null && (organization is not null || KeyOf(role) is null))
        {
            return organization;
        }

        var where = organization?["display"]?.GetValue<string>();
        return R4.Reference(Practitioner(role, person, name), name is null ? null : where is null ? name : $"{name}, {where}");
    }

    /// <summary>Who it is, where FHIR allows certain types alone: of another one the name is left.</summary>
    internal JsonObject? Only(JsonObject? who, params ReadOnlySpan<string> types)
    {
        if (who?["reference"]?.GetValue<string>() is not { } reference
            || types.Contains(reference == reading.PatientReference ? "Patient" : _types.GetValueOrDefault(reference)))
        {
            return who;
        }

        return who["display"]?.GetValue<string>() is { } display ? new JsonObject { ["display"] = display } : null;
    }

    /// <summary>A reference to an organisation; null when it says nothing.</summary>
    internal JsonObject? Organization(XElement? element)
    {
        var name = Words.Of(element.First("name"))?.ReplaceLineEndings(" ");
        if (element is null || (KeyOf(element) ?? name) is not { } key)
        {
            return null;
        }

        var values = new CdaValues(reading.Texts);
        var json = R4.Resource("Organization").With("identifier", CdaId.Identifiers(element)).With("name", name)
            .With("telecom", CdaPersons.Telecoms(element, values)).With("address", CdaPersons.Addresses(element, values));
        return json["identifier"] is null && name is null ? null : R4.Reference(Keep("Organization", key, json, element), name);
    }

    /// <summary>A reference to a place; null when it says nothing.</summary>
    /// <param name="role">The participantRole or healthCareFacility.</param>
    internal JsonObject? Location(XElement? role)
    {
        var entity = role.First("playingEntity") ?? role.First("location");
        var values = new CdaValues(reading.Texts);
        var name = Words.Of(entity.First("name"))?.ReplaceLineEndings(" ");
        var type = values.Concept(role.First("code"));
        if (role is null || (KeyOf(role) ?? name ?? CdaValues.CodeOf(role.First("code"))) is not { } key || (name is null && type is null))
        {
            return null;
        }

        var addresses = CdaPersons.Addresses(role.First("addr") is null ? entity : role, values);
        var json = R4.Resource("Location").With("identifier", CdaId.Identifiers(role)).With("name", name).With("type", type is null ? null : R4.List(type))
            .With("telecom", CdaPersons.Telecoms(role, values)).With("address", addresses.FirstOrDefault()?.DeepClone())
            .With("managingOrganization", Organization(role.First("serviceProviderOrganization") ?? role.First("scopingEntity")));
        return R4.Reference(Keep("Location", key, json, role), name ?? TextOf(type));
    }

    /// <summary>The authors of an element, each once.</summary>
    internal JsonArray Authors(XElement? element) => Authors(element.Cdas("author"));

    /// <summary>Who these authors are, each once.</summary>
    internal JsonArray Authors(IEnumerable<XElement> authors) => Distinct(authors.Select(author => Who(author.First("assignedAuthor"))));

    /// <summary>The performers of an element, each once.</summary>
    internal JsonArray Performers(XElement? element) => Distinct(element.Cdas("performer").Select(performer => Who(performer.First("assignedEntity"))));

    /// <summary>Adds all of them, once all places that tell of them are read.</summary>
    internal void AddAll()
    {
        foreach (var (key, (json, where)) in _known)
        {
            reading.Harvest.Add(key, json, where);
        }
    }

    internal static string? TextOf(JsonObject? concept) =>
        concept?["text"]?.GetValue<string>() ?? concept?["coding"]?.AsArray()
            .Select(coding => coding?["display"]?.GetValue<string>()).FirstOrDefault(display => display is not null);

    private static string? NameOf(JsonObject json) => json["name"] switch
    {
        JsonArray names => string.Join(' ', names.OfType<JsonObject>().Take(1)
            .SelectMany(name => (name["given"]?.AsArray() ?? []).Append(name["family"]).Append(name["text"])).OfType<JsonNode>().Select(part => part.ToString())),
        JsonNode name => name.ToString(),
        null => null,
    };

    /// <summary>Whether two names may be of one: all words of the shorter are in the longer.</summary>
    private static bool AreOne(string? left, string? right)
    {
        if (left is null || right is null)
        {
            return true;
        }

        HashSet<string> a = [.. WordsOf(left)], b = [.. WordsOf(right)];
        return a.IsSubsetOf(b) || b.IsSubsetOf(a);
    }

    private static string[] WordsOf(string name) => name.ToLowerInvariant().Split([' ', ',', '.', '-'], StringSplitOptions.RemoveEmptyEntries);

    private static XElement? OrganizationOf(XElement role) =>
        role.First("representedOrganization") ?? role.First("scopingOrganization") ?? role.First("receivedOrganization")
            ?? role.First("representedCustodianOrganization");

    private static string? DeviceName(XElement device) => Words.Of(device.First("softwareName")) ?? Words.Of(device.First("manufacturerModelName"));

    private static JsonArray Distinct(IEnumerable<JsonObject?> references)
    {
        HashSet<string> there = [];
        return [.. references.Where(reference => reference is not null && there.Add((reference["reference"] ?? reference["display"])!.GetValue<string>())).Take(50)
            .Select(reference => (JsonNode)reference!)];
    }

    /// <summary>What somebody is known by: the national provider number, else the first id.</summary>
    private static string? KeyOf(XElement element) =>
        element.Cdas("id").Where(id => id.At("root") == NationalProvider).Select(CdaId.Text).FirstOrDefault(text => text is not null) ?? CdaId.First(element);

    private string Practitioner(XElement role, XElement? person, string? name)
    {
        var values = new CdaValues(reading.Texts);
        var json = R4.Resource("Practitioner").With("identifier", CdaId.Identifiers(role)).With("name", CdaPersons.Names(person, values))
            .With("telecom", CdaPersons.Telecoms(role, values)).With("address", CdaPersons.Addresses(role, values))
            .With("qualification", values.Concept(role.First("code")) is { } code ? R4.List(new JsonObject { ["code"] = code }) : null);
        return Keep("Practitioner", KeyOf(role) ?? name!, json, role);
    }

    /// <summary>What is told here is added to what was told elsewhere.</summary>
    private string Keep(string type, string key, JsonObject json, XElement element)
    {
        key = $"{type}\n{key}";
        if (_known.TryGetValue(key, out var same) && !AreOne(NameOf(same.Json), NameOf(json)))
        {
            // One id for two: then it is no id of either.
            key += "\n" + NameOf(json);
        }

        _types[reading.Harvest.ReferenceTo(key)] = type;
        if (!_known.TryGetValue(key, out var known))
        {
            _known[key] = (json, CcdaReading.HeaderProvenance(element, element.Parent?.Name.LocalName + "/" + element.Name.LocalName));
            return reading.Harvest.ReferenceTo(key);
        }

        foreach (var (name, value) in json.ToArray())
        {
            if (!known.Json.ContainsKey(name))
            {
                known.Json[name] = value?.DeepClone();
            }
        }

        return reading.Harvest.ReferenceTo(key);
    }
}
