using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Things in, on or beside the patient: implants with their UDI, aids, supplies.</summary>
internal static class Devices
{
    private const string Fda = "2.16.840.1.113883.3.3719";

    // Observations of a UDI organizer by their codes of NCI's Thesaurus, and where FHIR has them.
    private static readonly Dictionary<string, string> Parts = new()
    {
        ["C101722"] = "deviceIdentifier",
        ["C101669"] = "manufactureDate",
        ["C101670"] = "expirationDate",
        ["C101671"] = "serialNumber",
        ["C101672"] = "lotNumber",
        ["C113843"] = "distinctIdentifier",
        ["C99285"] = "modelNumber",
        ["C99286"] = "partNumber",
        ["C71898"] = "brand",
        ["C54131"] = "company",
    };

    // Whether it is made with latex, and whether it may go into a magnet.
    private static readonly HashSet<string> Safety = ["C160938", "C106044"];

    private static readonly Dictionary<string, string> States = new()
    {
        ["completed"] = "completed",
        ["active"] = "active",
        ["aborted"] = "stopped",
        ["cancelled"] = "stopped",
        ["suspended"] = "on-hold",
        ["nullified"] = "entered-in-error",
        ["new"] = "intended",
    };

    /// <summary>The use of a thing that was supplied; what is to be supplied is a request.</summary>
    internal static void MapSupply(Statement statement, CcdaReading reading)
    {
        if (statement.Mood != "EVN")
        {
            Plans.MapRequest(statement, reading);
            return;
        }

        var role = statement.Node.Cdas("participant")
            .Select(participant => participant.First("participantRole")).FirstOrDefault(each => each.First("playingDevice") is not null);
        var entry = reading.Begin(statement, "DeviceUseStatement");
        var device = role is null ? null : Add(role, statement, reading);
        device ??= Named(entry, reading);
        if (device is null)
        {
            reading.Leave(statement, statement.IsNegated ? NotTakenReason.SaysNothing : NotTakenReason.NoMeaning);
            return;
        }

        if (statement.IsNegated)
        {
            reading.Leave(statement, NotTakenReason.SaysNothing);
            return;
        }

        entry.Json["status"] = States.GetValueOrDefault(statement.Status ?? "", "active");
        entry.Json.With("subject", reading.Subject());
        entry.Values.PutTime(entry.Json, "timing", statement.Time, goesOn: true);
        entry.Json["device"] = device;
        var quantity = entry.Values.Quantity(statement.Node.First("quantity"));
        entry.Json.With("reasonCode", Shared.Reasons(entry))
            .With("note", Shared.Notes(entry, quantity is null ? null : $"Quantity: {CdaObservationValue.InWords(new JsonObject { ["v"] = quantity })}"));
        reading.Add(entry);
    }

    /// <summary>Adds the thing that a participantRole names, with what a UDI organizer beside it says.</summary>
    /// <returns>A reference to it; null when nothing is said.</returns>
    internal static JsonObject? Add(XElement role, Statement statement, CcdaReading reading)
    {
        var values = new CdaValues(reading.Texts);
        var device = role.First("playingDevice");
        var type = values.Concept(device.First("code"));
        var udi = role.Cdas("id").FirstOrDefault(id => id.At("root") == Fda && id.At("extension") is not null)?.At("extension");
        if (device is null || (type is null && udi is null && CdaId.First(role) is null))
        {
            return null;
        }

        var json = R4.Resource("Device").With("identifier", CdaId.Identifiers(role));
        var carrier = new JsonObject().With("carrierHRF", udi);
        List<Statement> parts = [.. statement.Children.Where(child => child.Kind == "organizer").SelectMany(organizer => organizer.Children)];
        Dictionary<string, (Statement Part, string Value)> said = [];
        foreach (var part in parts)
        {
            if (Parts.TryGetValue(part.Code.At("code") ?? "", out var name) && ValueOf(part, values) is { } value && said.TryAdd(name, (part, value)))
            {
                CcdaReading.Fold(part, part.Parent!);
            }
        }

        var safety = new JsonArray();
        foreach (var part in parts.Where(part => Safety.Contains(part.Code.At("code") ?? "")))
        {
            if (values.Concept(part.Value) is { } concept)
            {
                safety.Add((JsonNode)concept);
                CcdaReading.Fold(part);
            }
        }

        string? Said(string name) => said.TryGetValue(name, out var found) ? found.Value : null;
        json.With("udiCarrier", carrier.With("deviceIdentifier", Said("deviceIdentifier")) is { Count: > 0 } ? R4.List(carrier) : null)
            .With("distinctIdentifier", Said("distinctIdentifier"))
            .With("manufacturer", Said("company")).With("manufactureDate", CdaTime.DateTime(Said("manufactureDate")).Value)
            .With("expirationDate", CdaTime.DateTime(Said("expirationDate")).Value).With("lotNumber", Said("lotNumber")).With("serialNumber", Said("serialNumber"))
            .With("deviceName", Names(device, Said("brand"))).With("modelNumber", Said("modelNumber") ?? Words.Of(device.First("manufacturerModelName")))
            .With("partNumber", Said("partNumber"))
            .With("type", type).With("patient", reading.Subject()).With("owner", reading.People.Organization(role.First("scopingEntity"))).With("safety", safety);
        reading.Label(json, statement.Section);
        var key = "Device\n" + (udi ?? CdaId.Key(role) ?? Outline.Content(role));
        return reading.Harvest.Add(key, json, reading.ProvenanceOf(statement, values.Converted)) is { } reference
            ? R4.Reference(reference, CcdaPeople.TextOf(type)) : null;
    }

    private static JsonArray Names(XElement device, string? brand)
    {
        var list = new JsonArray();
        if ((brand ?? Words.Of(device.First("softwareName"))) is { } name)
        {
            list.Add((JsonNode)new JsonObject { ["name"] = name, ["type"] = "user-friendly-name" });
        }

        return list;
    }

    private static string? ValueOf(Statement part, CdaValues values) =>
        part.Value.Type() switch
        {
            "TS" => part.Value.At("value"),
            "II" => part.Value.At("extension") ?? part.Value.At("displayable") ?? part.Value.At("root"),
            _ => part.Value.At("extension") ?? values.Text(part.Value) ?? part.Value.At("value") ?? CcdaPeople.TextOf(values.Concept(part.Value)),
        };

    private static JsonObject? Named(CcdaEntry entry, CcdaReading reading)
    {
        var statement = entry.Statement;
        if ((entry.Values.Concept(statement.Product) ?? entry.Values.Concept(statement.Code)) is not { } type)
        {
            return null;
        }

        var json = R4.Resource("Device").With("type", type).With("patient", reading.Subject());
        reading.Label(json, statement.Section);
        return reading.Harvest.Add("Device\n" + reading.KeyOf(statement, "Device"), json, reading.ProvenanceOf(statement, entry.Values.Converted)) is { } reference
            ? R4.Reference(reference, CcdaPeople.TextOf(type)) : null;
    }
}
